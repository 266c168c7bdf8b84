package dev.reveille.protocols.clearinghouse;

import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.TrailEntry.Try;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Says in one line what became of a push: the word of its outcome, the code of the reason, and
/// what the platform said.
///
/// That the platform took it is what counts, also when a receipt of the device follows; otherwise
/// the last line that ends a push.
final class SentOutcome {
  private static final int LONGEST_WORDS = 120;
  private static final int MOST_LINES = 20;
  private static final String HANDED_OVER = "handed-over";
  private static final Set<String> ENDS =
      Set.of("refused", "expired", "given-up", "uncertain", "not-sent");

  private SentOutcome() {}

  /// Empty while it is under way.
  static Optional<String> of(final List<TargetStory> stories) {
    return last(stories).map(SentOutcome::of);
  }

  /// The line that says what became of it; empty while it is under way.
  static Optional<Try> last(final List<TargetStory> stories) {
    return stories.stream().filter(TargetStory::settled).findFirst().flatMap(SentOutcome::last);
  }

  private static Optional<Try> last(final TargetStory story) {
    final var taken =
        story.tries().stream().filter(one -> one.outcome().equals(HANDED_OVER)).findFirst();
    return taken.or(() ->
        story.tries().stream()
            .filter(one -> ENDS.contains(one.outcome()))
            .reduce((_, later) -> later));
  }

  /// The lines of the trail, the newest if there are many: when, the number of the try, and what
  /// [#of] says.
  static List<String> lines(final List<TargetStory> stories) {
    final var tries =
        stories.stream()
            .filter(TargetStory::settled)
            .findFirst()
            .map(TargetStory::tries)
            .orElse(List.of());
    return tries.stream()
        .skip(Math.max(0, tries.size() - MOST_LINES))
        .map(line -> line.at() + " " + line.number() + " " + of(line))
        .toList();
  }

  static String of(final Try line) {
    final var words = new StringBuilder();
    line.detail()
        .chars()
        .limit(LONGEST_WORDS)
        .map(c -> c < ' ' || c > '~' ? ' ' : c)
        .forEach(c -> words.append((char) c));
    return (line.outcome() + " " + line.why().code() + " " + words).strip();
  }
}
