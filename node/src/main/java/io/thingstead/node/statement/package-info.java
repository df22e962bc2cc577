/// Accounts as banks and book-keepers read them: statements (CSV, camt.053) and payment instructions (pain.001).
@NullMarked
package io.thingstead.node.statement;

import org.jspecify.annotations.NullMarked;
