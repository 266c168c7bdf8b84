package dev.reveille.routing;

import dev.reveille.model.EventIds;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RelayedPush;
import dev.reveille.routing.port.Rendered;
import dev.reveille.routing.port.Seal;
import java.time.Instant;
import java.util.Map;

/// Builds the content of the pushes of a send, and lets their sender read it beforehand
/// ([dev.reveille.routing.port.Sender#prepare]), so that the dispatcher's thread does not read the
/// same templates again for each push.
///
/// Thread-safe; computes, and never blocks.
final class SendWording {
  private final EventIds ids;
  private final Senders senders;

  SendWording(final EventIds ids, final Senders senders) {
    this.ids = ids;
    this.senders = senders;
  }

  /// What all addresses are told.
  SendWords shared(final StoredJob stored) {
    return switch (((Send) stored.job()).what()) {
      case SendContent.Neutral neutral -> {
        final var content = PushContentBuilder.of(neutral, ids.sealed(stored.sequence()));
        yield said(content, "", "", Instant.MAX, false);
      }
      case SendContent.Native given ->
          said(given(given, stored, PushChannel.MESSAGE), "", given.format(), Instant.MAX, false);
      case SendContent.Relayed(var fields) -> relayed(fields);
      case SendContent.Template _ ->
          new SendWords.Unsaid("", "", Reason.TEMPLATE_UNFIT, "the target has no template");
    };
  }

  private static SendWords relayed(final Map<String, String> fields) {
    try {
      final var push = RelayedPush.read(fields);
      return new SendWords.Said(
          push.content(), push.style(), push.seal(), "", "", Instant.MAX, push.rings());
    } catch (final IllegalArgumentException unreadable) { // it was checked when it was taken
      return new SendWords.Unsaid(
          "", "", Reason.TEMPLATE_UNFIT, String.valueOf(unreadable.getMessage()));
    }
  }

  /// What is said in the words of a template.
  ///
  /// @param to one of the addresses
  SendWords own(final StoredJob stored, final Rendered own, final PushAddress to) {
    return switch (own) {
      case Rendered.Push(var template, var content, var until, var rings) ->
          said(given(content, stored, channel(to)), template, content.format(), until, rings);
      case Rendered.Failed(var template, var why, var detail, var format) ->
          new SendWords.Unsaid(template, format, why, detail);
    };
  }

  private static PushChannel channel(final PushAddress to) {
    return switch (to) {
      case PushAddress.Direct direct -> direct.channel();
    };
  }

  private static SendWords said(
      final PushContent content,
      final String template,
      final String format,
      final Instant until,
      final boolean rings) {
    return new SendWords.Said(
        content, NotificationStyle.of(content), Seal.OPEN, template, format, until, rings);
  }

  private PushContent given(
      final SendContent.Native content, final StoredJob stored, final PushChannel channel) {
    final var given =
        new PushContent.Native(ids.sealed(stored.sequence()), content.headers(), content.body());
    final var sender = senders.find(content.service().sender());
    return sender == null ? given : sender.prepare(given, channel);
  }
}
