package dev.reveille.storage.codec;

import dev.reveille.model.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dictionary coding of words that occur in almost every record: a listed word is written as one
/// number, any other as 0 and its text. A number is never given twice and the list only grows at
/// its end, because old bytes must keep their meaning; a number that is not listed, written by a
/// newer version, is a [NewerFormatException]. A reason is written as the number in its code, and
/// one that this version does not know is read as `INTERNAL`.
final class StringTable {
  private static final List<String> KNOWN =
      List.of(
          "",
          "live",
          "push",
          "receipt",
          "sent",
          "acknowledged",
          "handed-over",
          "refused",
          "try-again",
          "uncertain",
          "expired",
          "live-and-push",
          "live-else-push",
          "suppress",
          "foreground",
          "suspended",
          "ios",
          "android",
          "windows",
          "windows-phone",
          "browser",
          "other");
  private static final Map<String, Integer> NUMBERS = new HashMap<>();

  /// Reasons by the number in their code: names may change, codes do not.
  private static final @Nullable Reason[] REASONS = new Reason[1000];

  private static final int[] REASON_NUMBERS = new int[Reason.values().length];

  static {
    for (int i = 0; i < KNOWN.size(); i++) {
      NUMBERS.put(KNOWN.get(i), i + 1);
    }
    for (final Reason reason : Reason.values()) {
      final int number = Integer.parseInt(reason.code().substring(3));
      REASONS[number] = reason;
      REASON_NUMBERS[reason.ordinal()] = number;
    }
  }

  private StringTable() {}

  /// The words that have a number, from number 1 on.
  static List<String> known() {
    return KNOWN;
  }

  /// A known word in one byte, any other one as text behind a zero.
  static void write(final ByteWriter out, final String word) {
    final Integer number = NUMBERS.get(word);
    if (number != null) {
      out.number(number);
    } else {
      out.number(0).text(word);
    }
  }

  static String read(final ByteReader in) {
    final long number = in.number();
    if (number == 0) {
      return in.text();
    }
    if (number < 0 || number > KNOWN.size()) {
      throw new NewerFormatException("word", number);
    }
    return KNOWN.get((int) number - 1);
  }

  static void writeReason(final ByteWriter out, final Reason reason) {
    out.number(REASON_NUMBERS[reason.ordinal()]);
  }

  /// A code that no longer exists reads as the general one.
  static Reason readReason(final ByteReader in) {
    final long number = in.number();
    if (number < 0 || number >= REASONS.length) {
      throw new DamagedException("no reason has the number " + number);
    }
    final Reason reason = REASONS[(int) number];
    return reason == null ? Reason.INTERNAL : reason;
  }
}
