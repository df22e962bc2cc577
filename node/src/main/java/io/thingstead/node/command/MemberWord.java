package io.thingstead.node.command;

import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Submission;
import java.util.function.Consumer;

/// What the member says itself about a command, signed with its attest key into the log: that it was handed over, that
/// it expired, or what a device without a key answered.
@FunctionalInterface
public interface MemberWord {
    /// @param beside goes into the log's batch with it
    /// @param reply called once, as the log answers
    void say(DeviceId device, CommandReceipt receipt, Submission.Beside beside, Consumer<Answer> reply);
}
