package dev.reveille.push.windows;

import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.Truncation;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// Finds the largest XML document that fits a limit: first its data is left out, then the end of
/// its text, then all of its text. The bytes of a character in XML depend on where it stands, so
/// the longest text that fits is found by bisection.
public final class PayloadFitter {
  /// No character takes fewer bytes of a document than a sixth of what it takes in JSON.
  private static final int JSON_PER_BYTE = 6;

  private static final String ELLIPSIS = "…";

  private PayloadFitter() {}

  /// A document that fits.
  ///
  /// @param extent how much of the content is in it
  public record Fitted(byte[] body, Extent extent) {}

  /// Writes a document.
  @FunctionalInterface
  public interface Writer {
    byte[] write(ShownWords words, Extent extent);
  }

  /// As much of the content as fits; empty when not even its id does.
  ///
  /// @param open what is shown as long as any of it fits
  /// @param placeholder what is shown otherwise, shortened where it has to be
  /// @param largest bytes of the document
  public static Optional<Fitted> of(
      final ShownWords open, final ShownWords placeholder, final int largest, final Writer writer) {
    for (final var extent : List.of(Extent.WHOLE, Extent.WITHOUT_DATA)) {
      final byte[] whole = writer.write(open, extent);
      if (whole.length <= largest) {
        return Optional.of(new Fitted(whole, extent));
      }
    }
    return beginning(open, largest, words -> writer.write(words, Extent.BEGINNING))
        .map(body -> new Fitted(body, Extent.BEGINNING))
        .or(() -> smallest(placeholder, largest, writer));
  }

  /// Only what the app needs to ask for the rest; empty when that is too large, too.
  public static Optional<Fitted> smallest(
      final ShownWords placeholder, final int largest, final Writer writer) {
    final byte[] whole = writer.write(placeholder, Extent.ID_ONLY);
    return (whole.length <= largest
            ? Optional.of(whole)
            : beginning(placeholder, largest, words -> writer.write(words, Extent.ID_ONLY)))
        .map(body -> new Fitted(body, Extent.ID_ONLY));
  }

  @FunctionalInterface
  private interface OfWords {
    byte[] write(ShownWords words);
  }

  /// The title stays whole as long as it fits beside the shortest body.
  private static Optional<byte[]> beginning(
      final ShownWords words, final int largest, final OfWords writer) {
    final var title = words.title();
    final var least = words.body().isEmpty() ? "" : ELLIPSIS;
    if (writer.write(words.with(title, least)).length <= largest) {
      return longest(
          largest,
          room -> Truncation.of(words.body(), room),
          body -> writer.write(words.with(title, body)),
          !title.isEmpty());
    }
    return title.isEmpty()
        ? Optional.empty()
        : longest(
            largest,
            room -> Truncation.of(title, room),
            kept -> writer.write(words.with(kept, least)),
            false);
  }

  @FunctionalInterface
  private interface OfText {
    byte[] write(String text);
  }

  /// @param mayBeNothing whether an ellipsis alone is worth a document
  private static Optional<byte[]> longest(
      final int largest,
      final IntFunction<String> shortened,
      final OfText writer,
      final boolean mayBeNothing) {
    int fits = 0;
    int tooLong = largest * JSON_PER_BYTE + 1;
    while (tooLong - fits > 1) {
      final int room = (fits + tooLong) >>> 1;
      if (writer.write(shortened.apply(room)).length <= largest) {
        fits = room;
      } else {
        tooLong = room;
      }
    }
    final var text = shortened.apply(fits);
    final byte[] body = writer.write(text);
    return body.length <= largest && (mayBeNothing || !text.equals(ELLIPSIS))
        ? Optional.of(body)
        : Optional.empty();
  }
}
