package dev.reveille.bench.breaks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// The breaks by their names.
public final class Breaks {
  private static final Map<String, Function<Strikes, Break>> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("other-recipient", OtherRecipient::new),
              Map.entry("ring-twice", RingTwice::new),
              Map.entry("ring-after-end", strikes -> new RingAfterEnd(strikes, Later.onThread())),
              Map.entry("event-lost", EventLost::new),
              Map.entry("event-twice", EventTwice::new),
              Map.entry(
                  "answer-before-commit",
                  strikes -> new AnswerBeforeCommit(strikes, Later.onThread())),
              Map.entry("other-uuid", OtherUuid::new),
              Map.entry("content-in-log", ContentInLog::new),
              Map.entry("trail-missing", TrailMissing::new),
              Map.entry("send-target-lost", SendTargetLost::new),
              Map.entry("send-uncertain-hidden", SendUncertainHidden::new),
              Map.entry("send-target-again", SendTargetAgain::new),
              Map.entry("send-lines-lost", SendLinesLost::new),
              Map.entry("send-cancel-forgotten", SendCancelForgotten::new),
              Map.entry("send-too-early", SendTooEarly::new)));

  private Breaks() {}

  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /// @throws IllegalArgumentException when there is no such break
  public static Break named(final String name, final Chance chance) {
    final var made = BY_NAME.get(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "there is no break " + name + "; there are " + String.join(", ", names()));
    }
    return made.apply(new Strikes(name, chance));
  }
}
