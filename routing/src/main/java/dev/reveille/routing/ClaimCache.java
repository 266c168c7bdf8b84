package dev.reveille.routing;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Rendered;
import dev.reveille.routing.port.SendLog.State;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/// Shares what was read from the stores among the rows of one claim that belong to the same job: a
/// claim of a large send has hundreds of its rows.
///
/// Belongs to the thread that works on the claim.
final class ClaimCache {
  /// What the trails say, by job.
  final Map<Long, Map<TargetKey, PushHistory>> tries = new HashMap<>();

  /// How far each send has come.
  final Map<Long, State> states = new HashMap<>();

  /// What templates made of sends, by identity: their owner remembers equal ones.
  final Map<Rendered, SendWords> own = new IdentityHashMap<>();
}
