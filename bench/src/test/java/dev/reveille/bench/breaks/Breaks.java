package dev.reveille.bench.breaks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// The breaks by their names.
public final class Breaks {
  private static final Map<String, Function<Chance, Break>> BY_NAME =
      new TreeMap<>(
          Map.of(
              OtherRecipient.NAME, OtherRecipient::new,
              RingTwice.NAME, RingTwice::new,
              RingAfterEnd.NAME, chance -> new RingAfterEnd(chance, Later.onThread()),
              EventLost.NAME, EventLost::new,
              EventTwice.NAME, EventTwice::new,
              AnswerBeforeCommit.NAME, chance -> new AnswerBeforeCommit(chance, Later.onThread()),
              OtherUuid.NAME, OtherUuid::new,
              ContentInLog.NAME, ContentInLog::new,
              TrailMissing.NAME, TrailMissing::new));

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
