package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.ChangeHint;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Event.Message;
import dev.reveille.model.Event.Other;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.PushContent;

/// Builds the content of a push from an event or a send, in our own words, for one address; each
/// push service gives it its form later. Pure functions.
///
/// Everything that shows something carries a collapse id, except a [PushContent.Ring], which apps
/// fold by the call's UUID: so a repeat after an uncertain answer replaces the earlier copy instead
/// of standing beside it.
final class PushContentBuilder {
  private static final int LONGEST_COLLAPSE = 64;

  private PushContentBuilder() {}

  /// @param id the event's public id
  /// @param badge the number on the app's icon, -1 when unknown
  static PushContent.Ours of(
      final StoredJob stored, final String id, final PushAddress address, final int badge) {
    return switch (stored.event()) {
      case IncomingCall call ->
          address.channel() == PushChannel.MESSAGE && address.service() == PushService.APNS
              ? new PushContent.RingAlert(
                  id,
                  call.call(),
                  call.caller().name(),
                  call.caller().address(),
                  call.video(),
                  badge)
              : new PushContent.Ring(
                  id, call.call(), call.caller().name(), call.caller().address(), call.video());
      case CallEnded end ->
          new PushContent.CallOver(id, end.call(), end.how().word(), words(end.how()), badge);
      case Message message ->
          PushContent.Notice.of(
              id,
              EventClass.MESSAGE,
              message.type(),
              message.content(),
              message.in().value(),
              id,
              badge);
      case Other other when other.as() == EventClass.ALERT ->
          PushContent.Notice.of(
              id,
              EventClass.ALERT,
              other.type(),
              other.content(),
              "",
              collapse(other.collapse(), id),
              badge);
      case Other other ->
          new PushContent.Wake(id, EventClass.SILENT, other.type(), collapse(other.collapse(), id));
      case ChangeHint hint -> new PushContent.Wake(id, EventClass.CHANGE, hint.type(), "changes");
    };
  }

  /// The content of a send's pushes.
  ///
  /// @param id the sealed one, which cannot be guessed
  static PushContent of(final SendContent.Neutral said, final String id) {
    final var collapse = collapse(said.collapse(), id);
    return said.as() == EventClass.SILENT
        ? new PushContent.Wake(id, said.as(), said.type(), collapse)
        : PushContent.Notice.of(
            id, said.as(), said.type(), said.content(), "", collapse, PushInput.UNKNOWN);
  }

  /// The sender's word where it fits a platform's header (64 printable ASCII characters), else a
  /// hash of it: that folds as well.
  private static String collapse(final String wanted, final String otherwise) {
    if (wanted.isEmpty()) {
      return otherwise;
    }
    boolean fits = wanted.length() <= LONGEST_COLLAPSE;
    for (int i = 0; fits && i < wanted.length(); i++) {
      fits = wanted.charAt(i) > ' ' && wanted.charAt(i) < 0x7F;
    }
    return fits ? wanted : "h-" + Long.toHexString(new ContentHash().add(wanted).value());
  }

  private static String words(final CallEnd how) {
    return switch (how) {
      case CallEnd.Answered _ -> "Answered on another device";
      case CallEnd.AnsweredElsewhere _ -> "Answered elsewhere";
      case CallEnd.Declined _ -> "Declined";
      case CallEnd.Cancelled _, CallEnd.TimedOut _ -> "Missed call";
    };
  }
}
