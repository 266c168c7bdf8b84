package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.TagExpression;
import dev.reveille.model.TagSyntaxException;
import dev.reveille.routing.port.HubRegistrations.Selection;
import java.util.Optional;

/// Encodes which targets of a hub a send selects, as one text that is stored with the send: the
/// format of native content, or `template`; then a blank and the tag expression, if there is one.
final class SendSelection {
  private static final String TEMPLATE = "template";

  private SendSelection() {}

  static String text(final SendFormat format, final Optional<TagExpression> tags) {
    final var first =
        switch (format) {
          case SendFormat.Native(var platform) -> platform.format();
          case SendFormat.Template _ -> TEMPLATE;
        };
    return tags.map(expression -> first + " " + expression).orElse(first);
  }

  /// @throws IllegalArgumentException when [#text] did not write it
  static Selection read(final String text) {
    final int blank = text.indexOf(' ');
    final var first = blank < 0 ? text : text.substring(0, blank);
    final boolean templates = first.equals(TEMPLATE);
    final var platform = templates ? Optional.<HubPlatform>empty() : HubPlatform.ofFormat(first);
    return new Selection(
        platform.flatMap(HubTargets::service),
        platform.map(HubTargets::format).orElse(""),
        templates,
        blank < 0 ? Optional.empty() : Optional.of(expression(text.substring(blank + 1))));
  }

  /// The tag expression in it; "" for all.
  static String tags(final String text) {
    final int blank = text.indexOf(' ');
    return blank < 0 ? "" : text.substring(blank + 1);
  }

  private static TagExpression expression(final String text) {
    try {
      return TagExpression.parse(text);
    } catch (final TagSyntaxException wrong) {
      throw new IllegalArgumentException("an audience of no hub: " + wrong.complaint(), wrong);
    }
  }
}
