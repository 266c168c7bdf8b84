package dev.reveille.protocols.clearinghouse;

import dev.reveille.routing.Sends.TargetStory;
import java.util.List;
import java.util.Optional;

/// Says in one line what became of a push: the word of its outcome, the code of the reason, and
/// what the platform said.
final class SentOutcome {
  private static final int LONGEST_WORDS = 120;

  private SentOutcome() {}

  /// Empty while it is under way.
  static Optional<String> of(final List<TargetStory> stories) {
    return stories.stream()
        .filter(TargetStory::settled)
        .filter(story -> !story.tries().isEmpty())
        .findFirst()
        .map(SentOutcome::of);
  }

  static String of(final TargetStory story) {
    final var last = story.tries().getLast();
    final var words = new StringBuilder();
    last.detail()
        .chars()
        .limit(LONGEST_WORDS)
        .map(c -> c < ' ' || c > '~' ? ' ' : c)
        .forEach(c -> words.append((char) c));
    return (last.outcome() + " " + last.why().code() + " " + words).strip();
  }
}
