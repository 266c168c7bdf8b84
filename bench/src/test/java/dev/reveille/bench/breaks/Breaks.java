package dev.reveille.bench.breaks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// The breaks by their names.
public final class Breaks {
  private static final Map<String, Function<Chance, Break>> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(OtherRecipient.NAME, OtherRecipient::new),
              Map.entry(RingTwice.NAME, RingTwice::new),
              Map.entry(RingAfterEnd.NAME, chance -> new RingAfterEnd(chance, Later.onThread())),
              Map.entry(EventLost.NAME, EventLost::new),
              Map.entry(EventTwice.NAME, EventTwice::new),
              Map.entry(
                  AnswerBeforeCommit.NAME,
                  chance -> new AnswerBeforeCommit(chance, Later.onThread())),
              Map.entry(OtherUuid.NAME, OtherUuid::new),
              Map.entry(ContentInLog.NAME, ContentInLog::new),
              Map.entry(TrailMissing.NAME, TrailMissing::new),
              Map.entry(SendTargetLost.NAME, SendTargetLost::new),
              Map.entry(SendUncertainHidden.NAME, SendUncertainHidden::new),
              Map.entry(SendTargetAgain.NAME, SendTargetAgain::new),
              Map.entry(SendLinesLost.NAME, SendLinesLost::new),
              Map.entry(SendCancelForgotten.NAME, SendCancelForgotten::new),
              Map.entry(SendTooEarly.NAME, SendTooEarly::new)));

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
    return made.apply(chance);
  }
}
