package io.thingstead.node;

import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.log.Submission;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What stands between a node's parts: nothing, except where a test makes a member cheat.
///
/// @param routes wraps what other members may ask of its logs and mirrors
/// @param log wraps the way of checked frames into the log
record Between(UnaryOperator<MemberRoute> routes, UnaryOperator<Consumer<Submission>> log) {
    static final Between NOTHING = new Between(UnaryOperator.identity(), UnaryOperator.identity());
}
