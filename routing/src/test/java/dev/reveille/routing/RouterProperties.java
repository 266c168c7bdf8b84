package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.TEAM;
import static dev.reveille.routing.port.Samples.callEnded;
import static dev.reveille.routing.port.Samples.changeHint;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.missedCall;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppState;
import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.Spread;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.UserState.Activity;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is true of every decision, whatever the event, the device, the user and the moment.
class RouterProperties {
  private final Router router = new Router(Duration.ofSeconds(2));

  /// A whole question to the router.
  record Question(Event event, Device device, UserState user, Instant now) {}

  private RouteDecision decide(final Question question) {
    return router.decide(question.event, question.device, question.user, question.now);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void a_decision_is_a_function(@ForAll("questions") final Question question) {
    assertEquals(decide(question), decide(question));
    assertFalse(decide(question).why().sentence().isEmpty());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void nothing_rings_or_is_pushed_at_or_after_alertBefore(
      @ForAll("questions") final Question question) {
    final var late = question.event.life().alertBefore().plusMillis(question.now.getNano() % 3);
    final var decision = decide(new Question(question.event, question.device, question.user, late));
    assertTrue(decision.address().isEmpty(), decision::toString);
    if (question.event instanceof Event.IncomingCall) {
      assertEquals("suppress", decision.word());
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void with_everything_switched_off_nothing_is_pushed(
      @ForAll("questions") final Question question) {
    final var off =
        new UserState(question.user.preferences(), Set.of(), question.user.activities());
    final var decision = decide(new Question(question.event, question.device, off, question.now));
    assertTrue(decision.address().isEmpty(), decision::toString);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void a_push_goes_only_to_a_service_that_is_switched_on(
      @ForAll("questions") final Question question) {
    decide(question)
        .address()
        .ifPresent(address -> assertTrue(question.user.switchedOn().contains(address.service())));
  }

  /// C2-13, C2-14: a suspended app is told by push where that is possible; the channel alone is
  /// never trusted.
  @Property(edgeCases = EdgeCasesMode.NONE)
  void a_suspended_device_is_never_served_by_its_channel_alone_when_it_has_a_push_route(
      @ForAll("questions") final Question question) {
    if (question.device.inForeground() || !decide(question).word().equals("live")) {
      return;
    }
    final boolean withdrawnByItsAlert = question.event instanceof Event.CallEnded;
    final var unreachable =
        Set.of(
            Reason.PUSH_SWITCHED_OFF,
            Reason.PUSH_NOT_NEEDED,
            Reason.NO_PUSH_ADDRESS,
            Reason.NO_VOIP_ADDRESS,
            Reason.NO_MESSAGE_ADDRESS);
    assertTrue(
        withdrawnByItsAlert || unreachable.contains(decide(question).why()),
        () -> decide(question).toString());
  }

  /// C2-23: from iOS 13 on the system ends an app that gets a voip push without a call.
  @Property(edgeCases = EdgeCasesMode.NONE)
  void from_iOS_13_on_the_voip_channel_carries_ringing_calls_only(
      @ForAll("questions") final Question question) {
    final var phone = question.device.installation();
    if (phone.platform() == Platform.IOS && phone.osMajor() >= 13) {
      decide(question)
          .address()
          .filter(address -> address.channel() == PushChannel.VOIP)
          .ifPresent(_ -> {
            assertTrue(question.event instanceof Event.IncomingCall);
            assertTrue(question.device.rings());
            assertTrue(phone.callKitPermitted());
          });
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void nothing_is_sent_to_a_channel_that_is_not_open(@ForAll("questions") final Question question) {
    if (!question.device.channelOpen()) {
      assertTrue(Set.of("push", "suppress").contains(decide(question).word()));
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void a_call_that_is_over_rings_nowhere(@ForAll("questions") final Question question) {
    if (question.event instanceof Event.IncomingCall && !question.device.rings()) {
      assertEquals("suppress", decide(question).word());
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void an_address_on_the_device_is_what_is_pushed_to(@ForAll("questions") final Question question) {
    decide(question)
        .address()
        .ifPresent(
            address -> assertTrue(question.device.installation().addresses().contains(address)));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void do_not_disturb_lets_no_alert_through(@ForAll("questions") final Question question) {
    final var quiet =
        new UserState(
            new Preferences(new Spread.EveryDevice(), Instant.MAX, Set.of()),
            question.user.switchedOn(),
            question.user.activities());
    final var decision = decide(new Question(question.event, question.device, quiet, question.now));
    final var kind = question.event.eventClass();
    if (kind == EventClass.CALL || kind == EventClass.MESSAGE || kind == EventClass.ALERT) {
      assertTrue(decision.address().isEmpty(), decision::toString);
    }
    if (kind == EventClass.CALL) {
      assertNotEquals("live", decision.word());
    }
  }

  // ---- all there is ---------------------------------------------------------------------------

  @Provide
  Arbitrary<Question> questions() {
    final var moments =
        Arbitraries.integers().between(-10, 70).map(seconds -> NOW.plusSeconds(seconds));
    return Combinators.combine(events(), devices(), users(), moments).as(Question::new);
  }

  private static Arbitrary<Event> events() {
    return Arbitraries.of(
        incomingCall("c"),
        callEnded("e", "c", new CallEnd.Cancelled()),
        callEnded("e", "c", new CallEnd.TimedOut()),
        callEnded("e", "c", new CallEnd.Declined(ANNA)),
        callEnded("e", "c", new CallEnd.Answered(BEN, new InstallationId("bens"))),
        callEnded("e", "c", new CallEnd.Answered(ANNA, new InstallationId("phone"))),
        callEnded("e", "c", new CallEnd.AnsweredElsewhere("desk")),
        message("m"),
        missedCall("a"),
        silent("s"),
        changeHint("h", Set.of("INBOX")));
  }

  private static Arbitrary<Device> devices() {
    final var flags = Arbitraries.of(true, false);
    return Combinators.combine(
            phones(), sights(), flags, flags, flags, Arbitraries.of(Seen.values()))
        .as(Device::new);
  }

  private static Arbitrary<Installation> phones() {
    final var addresses =
        Combinators.combine(
                Arbitraries.of(PushService.values()),
                Arbitraries.of(PushChannel.values()).set().ofMaxSize(3))
            .as((service, channels) -> {
              final var all = new ArrayList<PushAddress>();
              channels.forEach(channel -> all.add(People.address("phone", service, channel)));
              return List.copyOf(all);
            });
    return Combinators.combine(
            Arbitraries.of(Platform.values()),
            Arbitraries.integers().between(10, 18),
            addresses,
            Arbitraries.of(true, false))
        .as((platform, osMajor, all, callKit) -> {
          final var phone = People.phone("phone", platform, osMajor, all, ANNA);
          return callKit ? phone : People.withoutCallKit(phone);
        });
  }

  /// A held Ping carries changes and nothing else, and is neither presence nor activity.
  @Property(edgeCases = EdgeCasesMode.NONE)
  void a_ping_is_told_of_changes_only_and_alters_nothing_else(
      @ForAll("questions") final Question question) {
    final var device = question.device;
    final var pinging =
        new Device(
            device.installation(),
            device.liveState().withPing(),
            device.pushless(),
            device.rings(),
            device.mayHaveRung(),
            device.seen());
    final var with = decide(new Question(question.event, pinging, question.user, question.now));
    final var without = decide(question);
    if (question.event instanceof Event.ChangeHint && device.seen() == Device.Seen.NOT) {
      final var push = with.address().isPresent() ? "ping-else-push" : "ping";
      assertEquals(device.inForeground() ? "ping-and-live" : push, with.word());
    } else {
      assertEquals(without, with);
    }
  }

  private static Arbitrary<LiveState> sights() {
    return Arbitraries.of(
        LiveState.NOTHING,
        new LiveState(true, AppState.FOREGROUND, "foreground", NOW.minusSeconds(5)),
        new LiveState(true, AppState.SUSPENDED, "locked", NOW.minusSeconds(5)));
  }

  private static Arbitrary<UserState> users() {
    final var preferences =
        Arbitraries.of(
            Preferences.DEFAULT,
            new Preferences(new Spread.EveryDevice(), NOW.plusSeconds(30), Set.of()),
            new Preferences(new Spread.EveryDevice(), Instant.MIN, Set.of(TEAM)),
            new Preferences(new Spread.LastActive(Duration.ofSeconds(300)), Instant.MIN, Set.of()));
    final var activities =
        Arbitraries.of(
            List.<Activity>of(),
            List.of(
                new Activity(new InstallationId("phone"), false, NOW.minusSeconds(900)),
                new Activity(new InstallationId("other"), true, NOW)));
    return Combinators.combine(preferences, Arbitraries.of(PushService.values()).set(), activities)
        .as(UserState::new);
  }
}
