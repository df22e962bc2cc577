/// The app's static files.
@NullMarked
package io.thingstead.node.web;

import org.jspecify.annotations.NullMarked;
