package dev.reveille.routing.port;

import dev.reveille.model.AppId;
import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Events, notes and people for tests.
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
  public static final AppId HUB_APP = new AppId("com.example.hub");
  public static final OrganisationId ACME = new OrganisationId("acme");
  public static final UserId ANNA = user("anna");
  public static final UserId BEN = user("ben");
  public static final ConversationId TEAM = new ConversationId("team");
  public static final InstallationId PHONE = new InstallationId("phone-1");
  public static final InstallationId TABLET = new InstallationId("tablet-1");

  private Samples() {}

  public static UserId user(final String name) {
    return new UserId(ACME, name);
  }

  public static EventKey key(final String id) {
    return new EventKey(ACME, "pbx", id);
  }

  public static Life life() {
    return new Life(NOW.plusSeconds(60), NOW.plus(Duration.ofDays(7)));
  }

  public static CallId call(final String name) {
    return new CallId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }

  public static Event.IncomingCall incomingCall(final String id, final UserId... to) {
    final Caller caller = new Caller("Carla Caller", "sip:carla@example.org");
    return new Event.IncomingCall(key(id), people(to), "call", call(id), caller, false, life());
  }

  /// The end of the call that `callId` began.
  public static Event.CallEnded callEnded(
      final String id, final String callId, final CallEnd how, final UserId... to) {
    return new Event.CallEnded(key(id), people(to), "call-end", call(callId), how, life());
  }

  public static Event.Message message(final String id, final UserId... to) {
    return message(id, TEAM, to);
  }

  public static Event.Message message(
      final String id, final ConversationId in, final UserId... to) {
    final Content content = new Content("Dora", "Text of " + id, Map.of("thread", "7"));
    return new Event.Message(key(id), people(to), "chat.message", in, content, life());
  }

  public static Event.Message messageUntil(
      final String id, final Instant keepUntil, final UserId... to) {
    final Life life = new Life(keepUntil, keepUntil);
    return new Event.Message(key(id), people(to), "chat.message", TEAM, Content.EMPTY, life);
  }

  public static Event.Other missedCall(final String id, final UserId... to) {
    final Content content = new Content("Missed call", "Carla Caller", Map.of());
    return new Event.Other(
        key(id), people(to), "missed-call", EventClass.ALERT, "call-" + id, content, life());
  }

  public static Event.Other silent(final String id, final UserId... to) {
    return new Event.Other(
        key(id), people(to), "refresh", EventClass.SILENT, "", Content.EMPTY, life());
  }

  public static Event.ChangeHint changeHint(
      final String id, final Set<String> folders, final UserId... to) {
    final Set<FolderId> named =
        folders.stream().map(FolderId::new).collect(java.util.stream.Collectors.toSet());
    return new Event.ChangeHint(key(id), people(to), "mail.changed", named, life());
  }

  private static List<UserId> people(final UserId... to) {
    return to.length == 0 ? List.of(ANNA) : List.of(to);
  }

  /// A line of the trail that says how one device was pushed to.
  public static Note told(
      final long event, final int devices, final InstallationId device, final boolean settled) {
    return new Note.TrailLine(opening(event, devices, device, settled));
  }

  public static TrailEntry.Opening opening(
      final long event, final int devices, final InstallationId device, final boolean settled) {
    return new TrailEntry.Opening(
        event,
        devices,
        ANNA,
        device.target(),
        NOW,
        new TrailEntry.Known(false, false, "suspended", "ios", 18),
        "push",
        Reason.SUSPENDED_MESSAGE,
        List.of(
            new TrailEntry.Try(
                "push", 1, NOW.plusMillis(3), "handed-over", Reason.HANDED_TO_PLATFORM, "A-1")),
        settled);
  }

  public static TrailEntry.Later later(
      final long event, final InstallationId device, final boolean settled) {
    return new TrailEntry.Later(
        event,
        device.target(),
        NOW.plusSeconds(1),
        List.of(
            new TrailEntry.Try(
                "receipt", 1, NOW.plusSeconds(1), "acknowledged", Reason.LIVE_ACKNOWLEDGED, "")),
        settled);
  }

  public static WaitingRoom.Waiting waiting(
      final long event, final InstallationId device, final Lane lane, final Instant notBefore) {
    return waiting(event, device.target(), lane, notBefore);
  }

  public static WaitingRoom.Waiting waiting(
      final long event, final TargetKey target, final Lane lane, final Instant notBefore) {
    return WaitingRoom.Waiting.until(
        notBefore, event, target, lane, 1, notBefore.plusSeconds(3600), Reason.SERVICE_UNAVAILABLE);
  }

  /// The address of that number, of the app [#HUB_APP].
  public static Addressed address(final int number) {
    final var token = "%064x".formatted(number);
    return new Addressed(
        TargetKey.ofAddress(ACME, HUB_APP, PushService.APNS, token),
        new PushAddress.Direct(
            PushService.APNS, PushChannel.MESSAGE, HUB_APP, false, new PushToken(token), NOW));
  }

  /// A send that may leave at a moment and is over an hour later.
  public static Send send(final String id, final Audience to, final Instant notBefore) {
    final var until = notBefore.plus(Duration.ofHours(1));
    return new Send(
        new EventKey(ACME, "reveille:hub:news", id),
        new Life(until, until),
        Lane.BULK,
        notBefore,
        to,
        new SendContent.Neutral(
            EventClass.ALERT, "news", "", new Content("Hello", "world", Map.of())));
  }
}
