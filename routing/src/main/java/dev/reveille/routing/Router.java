package dev.reveille.routing;

import static dev.reveille.model.Reason.TOO_LATE_TO_ALERT;
import static dev.reveille.model.RouteDecision.live;
import static dev.reveille.model.RouteDecision.liveAndPush;
import static dev.reveille.model.RouteDecision.liveElsePush;
import static dev.reveille.model.RouteDecision.pingAndLive;
import static dev.reveille.model.RouteDecision.push;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.ChangeHint;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Event.Message;
import dev.reveille.model.Event.Other;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.RouteDecision.Suppress;
import dev.reveille.model.RouteDecision.Then;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides how one device learns of one event. Same arguments, same answer: no clock, no store.
///
/// The behaviour table of the Cisco text, with the client generations of the Lync text:
///
/// | state | class | iOS 12 | iOS 13+, Android |
/// |---|---|---|---|
/// | foreground | call | live and push at once | live and push at once |
/// | foreground | message | live; push only if the app does not acknowledge | the same |
/// | suspended | call | push, the single channel | push, channel `VoIP` |
/// | suspended | message | push, the single channel | push, channel `Message` |
///
/// Suspended means off screen, locked, screen off, stopped, or simply not connected. An open
/// channel of a suspended app is not trusted, unless no push reaches the app: then it is the only
/// way there is, and what is not acknowledged waits in the inbox.
final class Router {
  private static final int FIRST_IOS_WITH_TWO_CHANNELS = 13;

  private static final List<PushChannel> VOIP = List.of(PushChannel.VOIP);
  private static final List<PushChannel> MESSAGE = List.of(PushChannel.MESSAGE);
  private static final List<PushChannel> NEW_MESSAGES =
      List.of(PushChannel.MESSAGE, PushChannel.SINGLE);
  private static final List<PushChannel> OLD_CALLS = List.of(PushChannel.SINGLE, PushChannel.VOIP);
  private static final List<PushChannel> OLD_RINGS =
      List.of(PushChannel.SINGLE, PushChannel.VOIP, PushChannel.MESSAGE);
  private static final List<PushChannel> OLD_MESSAGES =
      List.of(PushChannel.SINGLE, PushChannel.MESSAGE);
  private static final List<PushChannel> CALLS = List.of(PushChannel.VOIP, PushChannel.SINGLE);
  private static final List<PushChannel> ANY_FOR_CALLS =
      List.of(PushChannel.VOIP, PushChannel.SINGLE, PushChannel.MESSAGE);
  private static final List<PushChannel> ANY_FOR_MESSAGES =
      List.of(PushChannel.MESSAGE, PushChannel.SINGLE, PushChannel.VOIP);

  /// What an address is needed for.
  private enum Use {
    CALL,
    CALL_END,
    OTHER
  }

  private final Duration patience;

  /// @param patience how long a live message may stay without acknowledgement before the push goes
  ///   out
  Router(final Duration patience) {
    this.patience = patience;
  }

  RouteDecision decide(
      final Event event, final Device known, final UserState user, final Instant now) {
    final var device = known.at(now);
    final boolean inTime = event.life().mayAlertAt(now);
    return switch (event) {
      case IncomingCall call ->
          inTime ? ring(call, device, user, now) : new Suppress(TOO_LATE_TO_ALERT);
      case CallEnded end -> withdraw(end, device, user, now);
      case Message _, Other _, ChangeHint _ ->
          switch (device.seen()) {
            case HERE -> new Suppress(Reason.LIVE_ACKNOWLEDGED);
            case ELSEWHERE -> new Suppress(Reason.ALREADY_READ);
            case NOT ->
                device.holdsPing() && Route.PING.carries(event.eventClass())
                    ? ping(device, user)
                    : tell(device, user, quiet(event, device, user, now, inTime));
          };
    };
  }

  /// A held Ping reaches the device at once, asleep or not; a push goes where nothing comes of it,
  /// since a Ping may end any moment. An app on the screen learns it on its channel as well, which
  /// may belong to another part of the app.
  private RouteDecision ping(final Device device, final UserState user) {
    if (device.inForeground()) {
      return pingAndLive(Reason.HELD_PING);
    }
    return pushRoute(device, user, Use.OTHER) instanceof Open(var address)
        ? new Then(Route.PING, patience, new Route.Push(address), Reason.HELD_PING)
        : RouteDecision.ping(Reason.HELD_PING);
  }

  /// A ringing call goes out on the open channel and as a push at the same time: the app may fall
  /// asleep between our decision and the frame. Both carry the call's UUID, and the app folds them.
  private static RouteDecision ring(
      final IncomingCall call, final Device device, final UserState user, final Instant now) {
    if (!device.rings()) {
      return new Suppress(Reason.CALL_OVER);
    }
    final var silence = user.silence(call, now);
    if (silence != null) {
      return new Suppress(silence);
    }
    return switch (pushRoute(device, user, Use.CALL)) {
      case Open(var address) when device.channelOpen() ->
          liveAndPush(address, Reason.FOREGROUND_CALL);
      case Open(var address) when address.channel() == PushChannel.MESSAGE && isApple(device) ->
          push(address, Reason.CALLER_SHOWN_AS_ALERT);
      case Open(var address) -> push(address, Reason.SUSPENDED_CALL);
      case Shut(var why) -> device.channelOpen() ? live(why) : new Suppress(why);
    };
  }

  /// @param quiet why this must not alert, null when it may
  private RouteDecision tell(
      final Device device, final UserState user, final @Nullable Reason quiet) {
    if (quiet != null) {
      return device.inForeground() ? live(quiet) : new Suppress(quiet);
    }
    return switch (pushRoute(device, user, Use.OTHER)) {
      case Open(var address) when device.inForeground() ->
          liveElsePush(address, patience, Reason.FOREGROUND_MESSAGE);
      case Open(var address) ->
          push(
              address, device.channelOpen() ? Reason.LIVE_BUT_SUSPENDED : Reason.SUSPENDED_MESSAGE);
      case Shut(var why) -> {
        if (device.inForeground()) {
          yield live(Reason.FOREGROUND_MESSAGE);
        }
        yield device.channelOpen() ? live(why) : new Suppress(why);
      }
    };
  }

  /// Why this must not alert; an app in the foreground shows it inside the app all the same. What
  /// shows nothing (a change, a silent wake-up) disturbs no user.
  private static @Nullable Reason quiet(
      final Event event,
      final Device device,
      final UserState user,
      final Instant now,
      final boolean inTime) {
    if (!inTime) {
      return TOO_LATE_TO_ALERT;
    }
    final var silence = user.silence(event, now);
    if (silence != null) {
      return silence;
    }
    return switch (event.eventClass()) {
      case CHANGE, SILENT -> null;
      case CALL, CALL_END, MESSAGE, ALERT ->
          user.usesAnotherThan(device.installation().id(), now) ? Reason.OTHER_DEVICE_IN_USE : null;
    };
  }

  /// Ends the ringing. Never by a voip push: from iOS 13 on the system wants a call for each of
  /// them. A missed call leaves an alert of its own with the same collapse id, so no second one is
  /// sent where that alert goes.
  private RouteDecision withdraw(
      final CallEnded end, final Device device, final UserState user, final Instant now) {
    if (end.how() instanceof CallEnd.Answered(_, var on) && on.equals(device.installation().id())) {
      return new Suppress(Reason.ANSWERED_HERE);
    }
    if (!device.mayHaveRung()) {
      return new Suppress(Reason.NEVER_RANG_HERE);
    }
    if (!end.life().mayAlertAt(now)) {
      return device.channelOpen() ? live(Reason.WITHDRAW) : new Suppress(TOO_LATE_TO_ALERT);
    }
    if (missedAlertTells(end, device, user, now)) {
      return device.channelOpen() ? live(Reason.WITHDRAW) : new Suppress(Reason.MISSED_ALERT_TELLS);
    }
    return switch (pushRoute(device, user, Use.CALL_END)) {
      case Open(var address) when device.inForeground() ->
          liveElsePush(address, patience, Reason.WITHDRAW);
      case Open(var address) when device.channelOpen() -> liveAndPush(address, Reason.WITHDRAW);
      case Open(var address) -> push(address, Reason.WITHDRAW);
      case Shut(var why) -> device.channelOpen() ? live(Reason.WITHDRAW) : new Suppress(why);
    };
  }

  private static boolean missedAlertTells(
      final CallEnded end, final Device device, final UserState user, final Instant now) {
    return end.how().isMissed()
        && isApple(device)
        && hasTwoChannels(device)
        && user.silence(end, now) == null
        && !user.usesAnotherThan(device.installation().id(), now);
  }

  private sealed interface PushRoute {}

  private record Open(PushAddress address) implements PushRoute {}

  private record Shut(Reason why) implements PushRoute {}

  private static PushRoute pushRoute(final Device device, final UserState user, final Use use) {
    if (device.pushless()) {
      return new Shut(Reason.PUSH_NOT_NEEDED);
    }
    if (device.installation().addresses().isEmpty()) {
      return new Shut(Reason.NO_PUSH_ADDRESS);
    }
    final var address = addressFor(device, use);
    if (address == null) {
      return new Shut(use == Use.CALL ? Reason.NO_VOIP_ADDRESS : Reason.NO_MESSAGE_ADDRESS);
    }
    if (user.switchedOn().contains(address.service())) {
      return new Open(address);
    }
    final var handle = use == Use.OTHER ? null : handleFor(device, use);
    return handle != null && user.switchedOn().contains(handle.service())
        ? new Open(handle)
        : new Shut(Reason.PUSH_SWITCHED_OFF);
  }

  /// From iOS 13 on a call must not take the message channel (it could not ring), nor a message the
  /// VoIP channel (the system would end the app). Elsewhere one token may serve both.
  ///
  /// The app's own addresses come first. The handle of a linked hub carries what they cannot: calls
  /// where none of them is for calls, then their ends too, and whatever else where there is none.
  private static @Nullable PushAddress addressFor(final Device device, final Use use) {
    if (use == Use.OTHER || isApple(device) && hasTwoChannels(device)) {
      final var own = device.own(channels(device, use));
      return own != null ? own : handleFor(device, use);
    }
    final var forCalls = device.own(isApple(device) ? OLD_CALLS : CALLS);
    final var handle = forCalls == null ? handleFor(device, use) : null;
    return handle != null ? handle : device.own(channels(device, use));
  }

  private static List<PushChannel> channels(final Device device, final Use use) {
    if (isApple(device) && hasTwoChannels(device)) {
      final boolean rings = use == Use.CALL && device.installation().callKitPermitted();
      return rings ? VOIP : isVersionKnown(device) ? MESSAGE : NEW_MESSAGES;
    }
    if (isApple(device)) {
      return use == Use.CALL ? OLD_RINGS : OLD_MESSAGES;
    }
    return use == Use.CALL ? ANY_FOR_CALLS : ANY_FOR_MESSAGES;
  }

  /// The handle of a linked hub, where it may carry this; null otherwise.
  private static @Nullable PushAddress handleFor(final Device device, final Use use) {
    final boolean mayCarry =
        !isApple(device)
            || !hasTwoChannels(device)
            || use == Use.CALL && device.installation().callKitPermitted();
    return mayCarry ? device.handle() : null;
  }

  private static boolean isApple(final Device device) {
    return device.installation().platform() == Platform.IOS;
  }

  /// An app that registers PushKit's token for calls alone, or as a handle, and says no version
  /// runs on a system that ends an app which gets a call's push and reports no call.
  private static boolean hasTwoChannels(final Device device) {
    return isVersionKnown(device)
        ? device.installation().osMajor() >= FIRST_IOS_WITH_TWO_CHANNELS
        : device.handle() != null || device.own(VOIP) != null;
  }

  private static boolean isVersionKnown(final Device device) {
    return device.installation().osMajor() > 0;
  }
}
