/// Alarms: rules that readings are judged by as they come, what was raised, acknowledged and cleared, and the trial of
/// a
/// rule on what was measured before.
@NullMarked
package io.thingstead.node.alarm;

import org.jspecify.annotations.NullMarked;
