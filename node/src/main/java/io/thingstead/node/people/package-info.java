/// People and programs that ask the node over HTTP: what each of them may do.
@NullMarked
package io.thingstead.node.people;

import org.jspecify.annotations.NullMarked;
