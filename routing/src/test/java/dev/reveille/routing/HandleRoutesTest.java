package dev.reveille.routing;

import static dev.reveille.routing.People.address;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.callEnded;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A device that has the handle of a linked hub beside push tokens of the app's own, or alone.
class HandleRoutesTest {
  private static final Set<PushService> ON = EnumSet.allOf(PushService.class);

  private final Router router = new Router(RoutingOptions.DEFAULT.patience());

  private static PushAddress handle(final Platform platform) {
    final boolean isApple = platform == Platform.IOS;
    return address("handle", PushService.HUB, isApple ? PushChannel.VOIP : PushChannel.SINGLE)
        .withScope(isApple ? PushService.APPLE : PushService.GOOGLE);
  }

  private static PushAddress own(final Platform platform, final PushChannel channel) {
    return address("own", platform == Platform.IOS ? PushService.APNS : PushService.FCM, channel);
  }

  private Optional<PushAddress> where(
      final Event event,
      final Platform platform,
      final int osMajor,
      final Set<PushService> switchedOn,
      final PushAddress... addresses) {
    final var phone = People.phone("phone", platform, osMajor, List.of(addresses), ANNA);
    return router
        .decide(
            event,
            new Device(phone, LiveState.NOTHING, false, true, true, Seen.NOT),
            new UserState(Preferences.DEFAULT, switchedOn, List.of()),
            NOW)
        .address();
  }

  private Optional<PushAddress> where(
      final Event event,
      final Platform platform,
      final int osMajor,
      final PushAddress... addresses) {
    return where(event, platform, osMajor, ON, addresses);
  }

  private static Event end() {
    return callEnded("end", "call", new CallEnd.AnsweredElsewhere("desk"));
  }

  @ParameterizedTest
  @EnumSource(PushChannel.class)
  void on_android_a_message_goes_to_the_app_s_own_token_whatever_its_channel(
      final PushChannel channel) {
    final var own = own(Platform.ANDROID, channel);
    final var handle = handle(Platform.ANDROID);
    for (final var addresses : List.of(List.of(own, handle), List.of(handle, own))) {
      assertEquals(
          Optional.of(own),
          where(message("hello"), Platform.ANDROID, 15, addresses.toArray(PushAddress[]::new)));
    }
  }

  @Test
  void on_android_calls_and_their_ends_go_through_the_hub_where_no_own_token_is_for_calls() {
    final var own = own(Platform.ANDROID, PushChannel.MESSAGE);
    final var handle = handle(Platform.ANDROID);
    for (final var event : List.of(incomingCall("call"), end())) {
      assertEquals(Optional.of(handle), where(event, Platform.ANDROID, 15, own, handle));
      assertEquals(Optional.of(handle), where(event, Platform.ANDROID, 15, handle));
      final var single = own(Platform.ANDROID, PushChannel.SINGLE);
      assertEquals(Optional.of(single), where(event, Platform.ANDROID, 15, handle, single));
    }
  }

  @Test
  void a_call_goes_through_the_hub_where_the_own_token_s_service_is_switched_off() {
    final var own = own(Platform.ANDROID, PushChannel.SINGLE);
    final var handle = handle(Platform.ANDROID);
    final var hubOnly = EnumSet.of(PushService.HUB);
    assertEquals(
        Optional.of(handle),
        where(incomingCall("call"), Platform.ANDROID, 15, hubOnly, own, handle));
    assertEquals(
        Optional.empty(), where(message("hello"), Platform.ANDROID, 15, hubOnly, own, handle));
  }

  @Test
  void an_iphone_s_handle_gets_calls_and_nothing_else() {
    final var handle = handle(Platform.IOS);
    final var own = own(Platform.IOS, PushChannel.MESSAGE);
    assertEquals(Optional.of(handle), where(incomingCall("call"), Platform.IOS, 18, own, handle));
    for (final var event : List.of(message("hello"), end())) {
      assertEquals(Optional.of(own), where(event, Platform.IOS, 18, handle, own));
    }
  }

  @Test
  void an_iphone_that_said_no_version_and_has_a_handle_gets_nothing_but_calls_by_it() {
    final var handle = handle(Platform.IOS);
    final var single = own(Platform.IOS, PushChannel.SINGLE);
    assertEquals(Optional.of(handle), where(incomingCall("call"), Platform.IOS, 0, handle));
    for (final var event : List.of(message("hello"), end())) {
      assertEquals(Optional.empty(), where(event, Platform.IOS, 0, handle));
      assertEquals(Optional.of(single), where(event, Platform.IOS, 0, handle, single));
    }
  }

  @Test
  void an_iphone_on_iOS_12_gets_the_end_of_a_call_by_its_handle_too() {
    final var handle = handle(Platform.IOS);
    assertEquals(Optional.of(handle), where(end(), Platform.IOS, 12, handle));
  }

  /// A device with an address of its own that may carry a message never ends in what a hub refuses.
  @Test
  void no_message_goes_to_a_handle_beside_an_own_token_that_may_carry_it() {
    for (final var platform : List.of(Platform.IOS, Platform.ANDROID)) {
      for (final int osMajor : new int[] {0, 12, 13, 26}) {
        for (final var channels : subsets()) {
          final var addresses =
              Stream.concat(
                      Stream.of(handle(platform)),
                      channels.stream().map(channel -> own(platform, channel)))
                  .toArray(PushAddress[]::new);
          final var to = where(message("hello"), platform, osMajor, addresses);
          final boolean mayCarry =
              platform == Platform.ANDROID || channels.contains(PushChannel.MESSAGE);
          assertTrue(
              !mayCarry
                  || channels.isEmpty()
                  || to.filter(it -> it.service() != PushService.HUB).isPresent(),
              () -> platform + " " + osMajor + " " + channels + ": " + to);
        }
      }
    }
  }

  private static List<Set<PushChannel>> subsets() {
    return Stream.of(
            EnumSet.noneOf(PushChannel.class),
            EnumSet.of(PushChannel.MESSAGE),
            EnumSet.of(PushChannel.SINGLE),
            EnumSet.of(PushChannel.VOIP),
            EnumSet.of(PushChannel.VOIP, PushChannel.MESSAGE),
            EnumSet.allOf(PushChannel.class))
        .<Set<PushChannel>>map(each -> each)
        .toList();
  }
}
