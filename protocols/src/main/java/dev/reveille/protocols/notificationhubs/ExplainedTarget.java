package dev.reveille.protocols.notificationhubs;

import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.HubRegistrations.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One target of a hub, or a handle that a send named, and how it stands to the send.
///
/// @param id of its registration or installation; "" where it is not known
/// @param kind what the id names
/// @param target its key; "" where it has none
/// @param service the word of its push service; "" where it is not known
/// @param carried tags that it has, of those for which the send's expression is true or false of it
///   as it is now; none where the send asks for no tags
/// @param lacked the others of these
/// @param removed when it was removed; empty where it is there
/// @param story its trail; empty where no line speaks of it
public record ExplainedTarget(
    String id,
    Kind kind,
    String target,
    String service,
    TargetStanding standing,
    List<String> carried,
    List<String> lacked,
    Optional<Instant> removed,
    Optional<TargetStory> story) {
  public ExplainedTarget {
    carried = List.copyOf(carried);
    lacked = List.copyOf(lacked);
  }
}
