package dev.reveille.routing;

import dev.reveille.model.Kept;
import dev.reveille.routing.port.Look;
import dev.reveille.routing.port.Look.Words;
import dev.reveille.routing.presentation.Presentation;
import org.jspecify.annotations.Nullable;

/// Fills the words of pushes, once for devices of one event that follow each other and see the
/// same.
///
/// Belongs to the dispatcher's thread.
final class FilledLooks {
  private long event;
  private @Nullable Presentation wishes;
  private @Nullable Look plain;
  private String locale = "";
  private int unread;
  private @Nullable Look last;
  private int weightOfLast;
  private int weight;

  /// @param wish how the app wants it shown; null when it said nothing
  Look look(
      final Kept kept,
      final Look asItIs,
      final @Nullable Presentation wish,
      final String tag,
      final int count) {
    if (wish == null) {
      weight = 0; // its words are those of the event, which has its own weight
      return asItIs;
    }
    if (last != null
        && event == kept.sequence()
        && wishes == wish
        && unread == count
        && locale.equals(tag)
        && asItIs.equals(plain)) {
      weight = weightOfLast;
      return last;
    }
    final var filled = wish.look(asItIs, kept.event(), tag, count);
    event = kept.sequence();
    wishes = wish;
    plain = asItIs;
    locale = tag;
    unread = count;
    last = filled;
    weightOfLast = weight(filled);
    weight = weightOfLast;
    return filled;
  }

  /// Of the words of the look that was answered last.
  int weight() {
    return weight;
  }

  private static int weight(final Look look) {
    final int characters =
        characters(look.title())
            + characters(look.body())
            + characters(look.placeholder())
            + look.thread().length()
            + look.image().length();
    return characters / Admission.CHARACTERS_PER_CREDIT;
  }

  private static int characters(final Words words) {
    return switch (words) {
      case Words.Text(var text) -> text.length();
      case Words.Localized(_, var args) -> {
        int sum = 0;
        for (final var arg : args) {
          sum += arg.length();
        }
        yield sum;
      }
    };
  }
}
