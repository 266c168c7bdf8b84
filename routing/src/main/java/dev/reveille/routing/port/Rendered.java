package dev.reveille.routing.port;

import dev.reveille.model.Reason;
import dev.reveille.model.SendContent;
import java.time.Instant;

/// What a send says to one target in the words of that target's own template, or why it can say
/// nothing. Several targets may share one object.
public sealed interface Rendered {
  /// The template's name, as the trail tells it.
  String template();

  /// In which form of its push service the template is written, as
  /// [dev.reveille.model.SendContent.Native#format] says.
  String format();

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

  /// @param detail for the trail: what is wrong with the template, without what was sent
  record Failed(String template, Reason why, String detail, String format) implements Rendered {
    /// In the usual form.
    public Failed(final String template, final Reason why, final String detail) {
      this(template, why, detail, "");
    }
  }
}
