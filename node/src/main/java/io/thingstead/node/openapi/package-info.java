/// What the HTTP interface is, said once beside each route: parameters, bodies, answers, and the OpenAPI document made
/// of them.
@NullMarked
package io.thingstead.node.openapi;

import org.jspecify.annotations.NullMarked;
