/// Money off the ledger: vouchers of payment channels, signed by who pays and checked by who is paid.
@NullMarked
package io.thingstead.kit.money;

import org.jspecify.annotations.NullMarked;
