package dev.reveille.routing.port;

import dev.reveille.model.Reason;
import dev.reveille.model.SendContent;
import java.time.Instant;

/// The content that a send has for one target, made from that target's own template, or the reason
/// why there is none. Immutable; several targets may share one object.
public sealed interface Rendered {
  /// The template's name, as the trail tells it.
  String template();

  /// In which form of its push service the template is written, as
  /// [dev.reveille.model.SendContent.Native#format] says.
  String format();

  /// The content for the target.
  ///
  /// @param content in the form of the target's push service
  /// @param until no push leaves at this moment or later
  /// @param rings whether it is a call, which goes before everything else
  record Push(String template, SendContent.Native content, Instant until, boolean rings)
      implements Rendered {
    @Override
    public String format() {
      return content.format();
    }
  }

  /// The target's template could not be rendered: the target gets nothing.
  ///
  /// @param detail for the trail: what is wrong with the template, without what was sent
  record Failed(String template, Reason why, String detail, String format) implements Rendered {
    /// In the usual form.
    public Failed(final String template, final Reason why, final String detail) {
      this(template, why, detail, "");
    }
  }
}
