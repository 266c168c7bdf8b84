package dev.reveille.routing;

import dev.reveille.model.Reason;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.time.Instant;

/// The content that a send has for one of its addresses, or the reason why it has none. Made by
/// [SendWording]; addresses that are told the same share one object, so that a payload is built
/// once.
sealed interface SendWords {
  /// The name of the address's own template; "" where all are told the same.
  String template();

  /// In which form of its push service it was written, as
  /// [dev.reveille.model.SendContent.Native#format] says.
  String format();

  /// No push leaves at this moment or later, whatever the life of the send.
  Instant until();

  /// Whether it is a call, though the send is not one as a whole.
  boolean rings();

  record Said(
      PushContent content,
      NotificationStyle style,
      Seal seal,
      String template,
      String format,
      Instant until,
      boolean rings)
      implements SendWords {}

  /// Nothing can be said, and nothing else will be.
  record Unsaid(String template, String format, Reason why, String detail) implements SendWords {
    @Override
    public Instant until() {
      return Instant.MAX;
    }

    @Override
    public boolean rings() {
      return false;
    }
  }
}
