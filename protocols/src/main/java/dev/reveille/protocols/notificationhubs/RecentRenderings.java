package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.EventKey;
import dev.reveille.model.Send;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.Rendered;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/// Caches rendered templates for sends whose targets come back one by one: targets that waited for
/// a push service mostly have the same template as the one before.
///
/// Thread-safe: one rendering at a time.
final class RecentRenderings {
  private static final int MOST_SENDS = 8;

  /// For each of them, in the measure of [TemplateRendering].
  private static final int ROOM = 32 * 1_024;

  private final Map<EventKey, TemplateRendering> bySend =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<EventKey, TemplateRendering> eldest) {
          return size() > MOST_SENDS;
        }
      };

  /// @param begun a rendering of the send, with so much room
  synchronized Rendered of(
      final Send send, final Target target, final IntFunction<TemplateRendering> begun) {
    return bySend.computeIfAbsent(send.key(), _ -> begun.apply(ROOM)).of(target);
  }

  /// What apps are called changed, so that something else may come of the same template.
  synchronized void forget() {
    bySend.clear();
  }
}
