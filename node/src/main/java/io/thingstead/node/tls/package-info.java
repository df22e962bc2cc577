/// TLS of the listeners for people and devices: a certificate of one's own or a generated one, taken up without a
/// restart when it changes.
@NullMarked
package io.thingstead.node.tls;

import org.jspecify.annotations.NullMarked;
