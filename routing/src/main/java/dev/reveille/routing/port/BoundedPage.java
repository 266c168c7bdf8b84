package dev.reveille.routing.port;

import dev.reveille.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// A page of an inbox that ends by bytes as well as by entries, each written in the caller's form.
///
/// It is read in steps, so that of large entries not many more are read than fit: an inbox may hold
/// hundreds of messages of 64 KiB, and each that asks for a page would hold them all.
///
/// @param <T> an entry as it was written
/// @param upTo everything in the inbox up to here is among the entries
/// @param gap see [Inbox.Page]
/// @param more there are further entries after `upTo`
public record BoundedPage<T>(List<T> entries, Position upTo, boolean gap, boolean more) {
  private static final int FIRST_STEP = 8;
  private static final int LONGEST_STEP = 64;

  /// Reads entries after a position, as [Inbox#after] of one user.
  @FunctionalInterface
  public interface Source {
    Inbox.Page after(Position position, int most);
  }

  /// @param most entries
  /// @param bytes of all entries together, unless the first alone has more
  /// @param write an entry in the caller's form
  /// @param size bytes of what was written
  public static <T> BoundedPage<T> read(
      final Source inbox,
      final Position from,
      final int most,
      final long bytes,
      final Function<Inbox.Entry, T> write,
      final ToIntFunction<T> size) {
    final var entries = new ArrayList<T>();
    long held = 0;
    var at = from;
    boolean gap = false;
    int step = FIRST_STEP;
    while (true) {
      final var page = inbox.after(at, Math.min(step, most - entries.size()));
      gap |= page.gap();
      long last = at.sequence();
      for (final var entry : page.entries()) {
        final var written = write.apply(entry);
        final int more = size.applyAsInt(written);
        if (!entries.isEmpty() && held + more > bytes) {
          final var end = new Position(page.upTo().epoch(), last);
          return new BoundedPage<>(entries, end, gap, /* more= */ true);
        }
        entries.add(written);
        held += more;
        last = entry.stored().sequence();
      }
      at = page.upTo();
      if (!page.more() || entries.size() >= most || held >= bytes) {
        return new BoundedPage<>(entries, at, gap, page.more());
      }
      step = Math.min(2 * step, LONGEST_STEP);
    }
  }
}
