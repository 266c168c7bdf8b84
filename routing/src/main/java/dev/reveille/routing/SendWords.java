package dev.reveille.routing;

import dev.reveille.model.EventIds;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Rendered;
import java.time.Instant;

/// What a send says to one of its addresses. One object where several are told the same, so that a
/// payload is built once.
sealed interface SendWords {
  /// The name of the address's own template; "" where all are told the same.
  String template();

  /// No push leaves at this moment or later, whatever the life of the send.
  Instant until();

  record Said(PushContent content, NotificationStyle style, String template, Instant until)
      implements SendWords {
    private Said(final PushContent content, final String template, final Instant until) {
      this(content, NotificationStyle.of(content), template, until);
    }
  }

  /// Nothing can be said, and nothing else will be.
  record Unsaid(String template, Reason why, String detail) implements SendWords {
    @Override
    public Instant until() {
      return Instant.MAX;
    }
  }

  /// What all addresses are told.
  static SendWords of(final StoredJob stored, final EventIds ids) {
    return switch (((Send) stored.job()).what()) {
      case SendContent.Neutral neutral ->
          new Said(Contents.of(neutral, ids.sealed(stored.sequence())), "", Instant.MAX);
      case SendContent.Native given -> new Said(given(given, stored, ids), "", Instant.MAX);
      case SendContent.Template _ ->
          new Unsaid("", Reason.TEMPLATE_UNFIT, "the target has no template");
    };
  }

  /// What is said in the words of a template.
  static SendWords of(final StoredJob stored, final EventIds ids, final Rendered own) {
    return switch (own) {
      case Rendered.Push(var template, var content, var until) ->
          new Said(given(content, stored, ids), template, until);
      case Rendered.Failed(var template, var why, var detail) -> new Unsaid(template, why, detail);
    };
  }

  private static PushContent given(
      final SendContent.Native content, final StoredJob stored, final EventIds ids) {
    return new PushContent.Native(ids.sealed(stored.sequence()), content.headers(), content.body());
  }
}
