package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What apps said a moment ago, so that what they repeat (an answer was lost, a receipt came twice)
/// is not written down again. What was forgotten meanwhile is written once more, which changes
/// nothing. A mark counts as said before it is on disk: the journal keeps the notes of a group that
/// could not be written until they are, and with the process this memory is gone too.
///
/// Belongs to the dispatcher's thread.
final class MarksSaid {
  private static final int REMEMBERED = 32_768;

  private record Said(InstallationId by, Mark mark, long sequence) {}

  private final Set<Said> recent =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(final Map.Entry<Said, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /// The sequences of which this is news.
  List<Long> news(final InstallationId by, final Mark mark, final List<Long> sequences) {
    final var news = new ArrayList<Long>(sequences.size());
    for (final long sequence : sequences) {
      if (recent.add(new Said(by, mark, sequence))) {
        news.add(sequence);
      }
    }
    return news;
  }
}
