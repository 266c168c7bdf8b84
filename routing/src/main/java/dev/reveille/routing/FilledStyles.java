package dev.reveille.routing;

import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Words;
import dev.reveille.routing.presentation.Presentation;
import org.jspecify.annotations.Nullable;

/// Fills the templates of an app's presentation with an event's values. The last result is used
/// again for further devices of the same event that are shown the same.
///
/// Belongs to the dispatcher's thread.
final class FilledStyles {
  private long event;
  private @Nullable Presentation wishes;
  private @Nullable NotificationStyle plain;
  private String locale = "";
  private int unread;
  private @Nullable NotificationStyle last;
  private int weightOfLast;
  private int weight;

  /// @param wish how the app wants it shown; null when it said nothing
  NotificationStyle style(
      final StoredJob stored,
      final NotificationStyle asItIs,
      final @Nullable Presentation wish,
      final String tag,
      final int count) {
    if (wish == null) {
      weight = 0; // its words are those of the event, which has its own weight
      return asItIs;
    }
    if (last != null
        && event == stored.sequence()
        && wishes == wish
        && unread == count
        && locale.equals(tag)
        && asItIs.equals(plain)) {
      weight = weightOfLast;
      return last;
    }
    final var filled = wish.notificationStyle(asItIs, stored.event(), tag, count);
    event = stored.sequence();
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

  private static int weight(final NotificationStyle style) {
    final int characters =
        characters(style.title())
            + characters(style.body())
            + characters(style.placeholder())
            + style.thread().length()
            + style.image().length();
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
