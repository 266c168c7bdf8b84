package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.routing.port.WorkKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Remembers the marks that apps reported lately, so that a mark which is reported again (the
/// answer was lost, a receipt came twice) is not written again. A mark that was forgotten meanwhile
/// is written once more, which changes nothing. It counts as reported before it is on disk: the
/// journal keeps the notes of a group that it could not write and writes them with a later one, and
/// a crash loses this memory as well.
///
/// It also knows the entries that an app has although their event was not yet dispatched to it.
///
/// Belongs to the dispatcher's thread.
final class RecentMarks {
  private static final int REMEMBERED = 32_768;

  private final Map<WorkKey, Set<Mark>> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<WorkKey, Set<Mark>> eldest) {
          return size() > REMEMBERED;
        }
      };

  /// The sequences of which this is news.
  List<Long> news(final InstallationId by, final Mark mark, final List<Long> sequences) {
    final var news = new ArrayList<Long>(sequences.size());
    for (final long sequence : sequences) {
      final var said =
          recent.computeIfAbsent(
              new WorkKey(sequence, by.target()), _ -> EnumSet.noneOf(Mark.class));
      if (said.add(mark)) {
        news.add(sequence);
      }
    }
    return news;
  }

  /// Whether the app of this device said anything of the event: then it has it.
  boolean has(final long event, final InstallationId device) {
    return !recent.isEmpty() && recent.containsKey(new WorkKey(event, device.target()));
  }
}
