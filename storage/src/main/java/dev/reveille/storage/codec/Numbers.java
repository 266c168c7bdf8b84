package dev.reveille.storage.codec;

import dev.reveille.model.Cause;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.SendLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Finds the constants of enums by the numbers under which they are stored. [#constant] throws
/// [NewerFormatException] for a number that this version does not know. All stored numbers and
/// their owners are listed in `docs/operations/numbers.md`; a test compares.
public final class Numbers<E> {
  public static final Numbers<EventClass> CLASSES =
      new Numbers<>("class of event", List.of(EventClass.values()), EventClass::number);
  public static final Numbers<Lane> LANES =
      new Numbers<>("lane", List.of(Lane.values()), Lane::number);
  public static final Numbers<Mark> MARKS =
      new Numbers<>("mark", List.of(Mark.values()), Mark::number);
  public static final Numbers<SendLog.State> STATES =
      new Numbers<>("state of a send", List.of(SendLog.State.values()), SendLog.State::number);
  public static final Numbers<Cause> CAUSES =
      new Numbers<>("cause", List.of(Cause.values()), Cause::number);
  public static final Numbers<HubRegistrations.Kind> HUB_ENTRIES =
      new Numbers<>(
          "entry of a hub", List.of(HubRegistrations.Kind.values()), HubRegistrations.Kind::number);

  /// Stands where earlier versions told ways of waiting work apart; only this one was ever used.
  public static final int PUSH_WAY = 1;

  private final String what;
  private final List<@Nullable E> byNumber = new ArrayList<>();

  Numbers(final String what, final List<E> all, final ToIntFunction<E> number) {
    this.what = what;
    for (final E one : all) {
      final int at = number.applyAsInt(one);
      while (byNumber.size() <= at) {
        byNumber.add(null);
      }
      if (byNumber.set(at, one) != null) {
        throw new IllegalArgumentException("two constants of " + what + " have the number " + at);
      }
    }
  }

  /// @throws NewerFormatException when this version has no constant with the number
  public E constant(final int number) {
    return find(number).orElseThrow(() -> new NewerFormatException(what, number));
  }

  /// Empty when this version has no constant with the number.
  Optional<E> find(final int number) {
    return number >= 0 && number < byNumber.size()
        ? Optional.ofNullable(byNumber.get(number))
        : Optional.empty();
  }
}
