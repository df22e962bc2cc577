package io.thingstead.node.demo;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// The node that the demo fleet talks to.
///
/// @param nodeKey signs the member's commands
/// @param folder for the devices' keys and buffers
/// @param isRegistered whether the ledger knows a device
/// @param register registers devices, all or none
/// @param token makes an access token for a token device
public record DemoTarget(
        String host,
        int mqttPort,
        MemberId member,
        LedgerId ledger,
        VerifyingKey nodeKey,
        Path folder,
        Predicate<DeviceId> isRegistered,
        Consumer<List<RegisterDevice>> register,
        Function<DeviceId, String> token) {}
