package dev.reveille.bench.receiver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Checks that each event of one turn led to one push, at its own device and with its own words: by
/// content and not by number where all are read, so that one that is missing and one that came
/// twice are two faults. Used by one thread.
///
/// Of a service whose pushes only their devices can read, a sample is decrypted. There all pushes
/// are counted by address, and no body may come twice: it would be sent twice, or have the key pair
/// of another. What this cannot see, unless the sample has it: a push that is missing and another
/// that was encrypted twice for the same device.
public final class PushesOnceEach {
  private static final int SHOWN = 3;
  private static final int DIGITS = 12;

  /// The events that were handed in during a turn.
  ///
  /// @param run before the dash with which each event's text begins; behind it stands the event's
  ///   number, from 0, in twelve digits
  /// @param address of the device that an event is for
  public record HandedIn(
      String run,
      int events,
      IntFunction<String> address,
      String title,
      IntFunction<String> text) {}

  private final HandedIn handedIn;
  private final int[] times;
  private final Map<String, Integer> owed = new HashMap<>();
  private final Set<ByteBuffer> bodies = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private boolean sealed;
  private int opened;
  private int came;

  private PushesOnceEach(final HandedIn handedIn) {
    this.handedIn = handedIn;
    this.times = new int[handedIn.events()];
    for (int event = 0; event < times.length; event++) {
      owed.merge(handedIn.address().apply(event), 1, Integer::sum);
    }
  }

  /// Judges a record, all of it read.
  public static PushesOnceEach of(
      final HandedIn handedIn, final Path record, final PushOpener opener) throws IOException {
    return of(handedIn, record, opener, handedIn.events(), new Random(0));
  }

  /// Judges a record of which a sample is read.
  ///
  /// @param sample how many are read, chosen by `random`; all when there are no more
  public static PushesOnceEach of(
      final HandedIn handedIn,
      final Path record,
      final PushOpener opener,
      final int sample,
      final Random random)
      throws IOException {
    final var verdict = new PushesOnceEach(handedIn);
    final var chosen = chosen(handedIn.events(), sample, random);
    verdict.sealed = sample < handedIn.events();
    RawPushes.read(
        record,
        push -> verdict.take(push, opener, chosen == null || chosen.contains(verdict.came)));
    verdict.end();
    return verdict;
  }

  private static @Nullable Set<Integer> chosen(
      final int events, final int sample, final Random random) {
    if (sample >= events) {
      return null;
    }
    final var chosen = new HashSet<Integer>();
    while (chosen.size() < sample) {
      chosen.add(random.nextInt(events));
    }
    return chosen;
  }

  private void take(final RawPushes.Raw push, final PushOpener opener, final boolean read)
      throws IOException {
    came++;
    if (sealed) {
      owed.merge(opener.address(push), -1, Integer::sum);
      if (!bodies.add(ByteBuffer.wrap(push.body()))) {
        faults.add("a body came twice at " + opener.address(push));
      }
    }
    if (!read) {
      return;
    }
    final PushOpener.Opened said;
    try {
      said = opener.open(push);
    } catch (final IOException wrong) {
      faults.add("a push at " + push.path() + " cannot be read: " + wrong.getMessage());
      return;
    }
    opened++;
    final int event = number(said.text());
    if (event < 0) {
      faults.add("a push says what was not handed in: " + said.text());
      return;
    }
    times[event]++;
    if (!said.address().equals(handedIn.address().apply(event))) {
      faults.add("the push of event " + event + " came at another device");
    }
    if (!said.title().equals(handedIn.title())
        || !said.text().equals(handedIn.text().apply(event))) {
      faults.add("the push of event " + event + " says other words");
    }
  }

  private int number(final String text) {
    final var before = handedIn.run() + "-";
    final int end = before.length() + DIGITS;
    if (!text.startsWith(before) || text.length() < end) {
      return -1;
    }
    try {
      final int number = Integer.parseInt(text.substring(before.length(), end));
      return number < times.length ? number : -1;
    } catch (final NumberFormatException _) {
      return -1;
    }
  }

  private void end() {
    for (int event = 0; event < times.length; event++) {
      if (times[event] > 1 || times[event] == 0 && !sealed) {
        faults.add("event " + event + " came " + times[event] + " times");
      }
    }
    if (sealed) {
      owed.forEach((address, left) -> {
        if (left != 0) {
          faults.add(address + " got " + Math.abs(left) + (left > 0 ? " too few" : " too many"));
        }
      });
    }
  }

  /// How many pushes came.
  public int came() {
    return came;
  }

  /// How many of them were read.
  public int opened() {
    return opened;
  }

  public int faults() {
    return faults.size();
  }

  /// The numbers, and the first faults.
  @Override
  public String toString() {
    return "%s: %d of %d pushes came, %d read, %d faults %s"
        .formatted(
            handedIn.run(),
            came,
            times.length,
            opened,
            faults.size(),
            faults.subList(0, Math.min(SHOWN, faults.size())));
  }
}
