package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry.Change;
import dev.reveille.routing.port.Registry.Taken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What each registry must do with push addresses: who holds one, and what a platform's word about
/// it changes.
public interface PushAddressContract {
  StoreUnderTest store();

  AppId TALK = new AppId("talk");

  static PushAddress.Direct address(
      final PushChannel channel, final String token, final Instant registered) {
    return new PushAddress.Direct(
        PushService.APNS, channel, TALK, false, new PushToken(token), registered);
  }

  static Installation installation(
      final String id, final List<UserId> users, final PushAddress... addresses) {
    return new Installation(
        new InstallationId(id),
        Samples.ACME,
        TALK,
        Platform.IOS,
        18,
        "lync-2010",
        users,
        List.of(addresses),
        Map.of("callkit", "no"),
        Samples.NOW,
        Samples.NOW.plusNanos(1));
  }

  @Test
  default void a_token_has_one_holder_and_cannot_be_taken_over() {
    final Installation mine =
        installation(
            "mine", List.of(Samples.ANNA), address(PushChannel.SINGLE, "token", Samples.NOW));
    store().registry().keepInstallation(mine, "test");
    assertEquals(
        Optional.of(mine.id()),
        store().registry().holder(PushService.APNS, new PushToken("token")));
    assertEquals(
        Optional.empty(), store().registry().holder(PushService.FCM, new PushToken("token")));
    final Installation thief =
        installation(
            "thief", List.of(Samples.BEN), address(PushChannel.SINGLE, "token", Samples.NOW));
    assertThrows(Taken.class, () -> store().registry().keepInstallation(thief, "test"));
    assertEquals(Optional.empty(), store().registry().installation(thief.id()));
    store().registry().keepInstallation(mine, "test");
    store().registry().removeInstallation(mine.id(), "test");
    store().registry().keepInstallation(thief, "test");
  }

  /// A handle of a linked hub is the token of the platform behind it.
  @Test
  default void a_token_and_a_handle_of_one_app_have_one_holder() {
    final var token = new PushToken("token");
    final var handle =
        new PushAddress.Direct(PushService.HUB, PushChannel.VOIP, TALK, false, token, Samples.NOW)
            .withScope(PushService.APPLE)
            .endingAt(Samples.NOW.plusSeconds(60));
    final var own = address(PushChannel.SINGLE, "token", Samples.NOW);
    final Installation first = installation("first", List.of(Samples.ANNA), handle, own);
    store().registry().keepInstallation(first, "test");
    store().registry().keepInstallation(first.withAddresses(List.of(handle)), "test");
    assertEquals(Optional.of(first.id()), store().registry().holder(PushService.APNS, token));
    final Installation second = installation("second", List.of(Samples.BEN), own);
    assertThrows(Taken.class, () -> store().registry().keepInstallation(second, "test"));
    store().registry().keepInstallation(first.withAddresses(List.of(own)), "test");
    assertEquals(Optional.of(first.id()), store().registry().holder(PushService.HUB, token));
    assertThrows(
        Taken.class,
        () -> store().registry().keepInstallation(second.withAddresses(List.of(handle)), "test"));
  }

  @Test
  default void what_has_ended_holds_no_token() {
    final var handle =
        new PushAddress.Direct(
                PushService.HUB, PushChannel.VOIP, TALK, false, new PushToken("token"), Samples.NOW)
            .withScope(PushService.APPLE)
            .endingAt(Samples.NOW.plusSeconds(60));
    store()
        .registry()
        .keepInstallation(installation("first", List.of(Samples.ANNA), handle), "test");
    store().clock().set(Samples.NOW.plusSeconds(60));
    assertEquals(Optional.empty(), store().registry().holder(PushService.HUB, handle.token()));
    store()
        .registry()
        .keepInstallation(
            installation(
                "second", List.of(Samples.BEN), handle.endingAt(Samples.NOW.plusSeconds(90))),
            "test");
    assertEquals(
        Optional.of(new InstallationId("second")),
        store().registry().holder(PushService.HUB, handle.token()));
  }

  @Test
  default void some_addresses_are_replaced_and_the_others_stay() {
    final var own = address(PushChannel.MESSAGE, "own", Samples.NOW);
    final var former = address(PushChannel.VOIP, "former", Samples.NOW);
    final var other = address(PushChannel.VOIP, "other", Samples.NOW.plusSeconds(1));
    store()
        .registry()
        .keepInstallation(installation("mine", List.of(Samples.ANNA), own, former), "test");
    assertEquals(
        Optional.of(List.of(own, other)),
        store()
            .registry()
            .takeAddresses(
                new InstallationId("mine"),
                each -> each.channel() == PushChannel.VOIP,
                List.of(other),
                Set.of(),
                "test")
            .map(Installation::addresses));
    assertEquals(List.of(own, other), addressesOf(new InstallationId("mine")));
  }

  private Optional<Installation> take(
      final String id, final List<PushAddress> addresses, final String... yielding) {
    return store()
        .registry()
        .takeAddresses(
            new InstallationId(id),
            addresses,
            Arrays.stream(yielding).map(InstallationId::new).collect(Collectors.toSet()),
            "test");
  }

  @Test
  default void a_token_is_taken_over_from_those_that_yield_it_and_both_are_told() {
    final PushAddress.Direct other = address(PushChannel.VOIP, "other", Samples.NOW);
    final PushAddress.Direct token = address(PushChannel.MESSAGE, "token", Samples.NOW);
    final Installation holder = installation("holder", List.of(Samples.BEN), other, token);
    final Installation taker = installation("taker", List.of(Samples.ANNA));
    store().registry().keepInstallation(holder, "test");
    store().registry().keepInstallation(taker, "test");
    final List<Change> told = new ArrayList<>();
    store().registry().onChange(told::add);
    final PushAddress.Direct again =
        address(PushChannel.MESSAGE, "token", Samples.NOW.plusSeconds(1));

    assertEquals(
        Optional.of(taker.withAddresses(List.of(again))), take("taker", List.of(again), "holder"));

    assertEquals(List.of(again), addressesOf(taker.id()));
    assertEquals(List.of(other), addressesOf(holder.id()));
    assertEquals(
        Optional.of(taker.id()),
        store().registry().holder(PushService.APNS, new PushToken("token")));
    assertEquals(
        Set.of(
            new Change.InstallationChanged(holder.id(), List.of(Samples.BEN)),
            new Change.InstallationChanged(taker.id(), List.of(Samples.ANNA))),
        Set.copyOf(told));
  }

  @Test
  default void a_token_whose_holder_does_not_yield_is_not_taken_and_nothing_changes() {
    final PushAddress.Direct first = address(PushChannel.MESSAGE, "first", Samples.NOW);
    final PushAddress.Direct second = address(PushChannel.VOIP, "second", Samples.NOW);
    final Installation yields = installation("yields", List.of(Samples.BEN), first);
    final Installation stays = installation("stays", List.of(Samples.BEN), second);
    store().registry().keepInstallation(yields, "test");
    store().registry().keepInstallation(stays, "test");
    store().registry().keepInstallation(installation("taker", List.of(Samples.ANNA)), "test");
    final List<Change> told = new ArrayList<>();
    store().registry().onChange(told::add);

    assertThrows(Taken.class, () -> take("taker", List.of(first, second), "yields"));

    assertEquals(List.of(first), addressesOf(yields.id()));
    assertEquals(List.of(second), addressesOf(stays.id()));
    assertEquals(List.of(), addressesOf(new InstallationId("taker")));
    assertEquals(List.of(), told);
  }

  @Test
  default void an_installation_without_a_user_takes_nothing_and_its_own_yielding_is_no_loss() {
    final PushAddress.Direct token = address(PushChannel.MESSAGE, "token", Samples.NOW);
    store()
        .registry()
        .keepInstallation(installation("holder", List.of(Samples.BEN), token), "test");
    store().registry().keepInstallation(installation("signed-out", List.of()), "test");

    assertEquals(Optional.empty(), take("signed-out", List.of(token), "holder"));
    assertEquals(Optional.empty(), take("unknown", List.of(token), "holder"));
    assertEquals(List.of(token), addressesOf(new InstallationId("holder")));

    final PushAddress.Direct renewed =
        address(PushChannel.MESSAGE, "token", Samples.NOW.plusSeconds(1));
    final List<Change> told = new ArrayList<>();
    store().registry().onChange(told::add);
    assertTrue(take("holder", List.of(renewed), "holder").isPresent());
    assertEquals(List.of(renewed), addressesOf(new InstallationId("holder")));
    assertEquals(
        List.of(new Change.InstallationChanged(new InstallationId("holder"), List.of(Samples.BEN))),
        told);
  }

  @Test
  default void a_token_registered_again_after_the_refusal_is_kept() {
    final PushAddress.Direct old = address(PushChannel.SINGLE, "token", Samples.NOW);
    final PushAddress.Direct again =
        address(PushChannel.SINGLE, "token", Samples.NOW.plusSeconds(60));
    final InstallationId id = new InstallationId("i1");
    store().registry().keepInstallation(installation("i1", List.of(), again), "test");
    assertFalse(store().registry().retire(id, old, Samples.NOW.plusSeconds(30)));
    assertEquals(List.of(again), store().registry().installation(id).orElseThrow().addresses());
    assertTrue(store().registry().retire(id, old, Samples.NOW.plusSeconds(90)));
    assertFalse(store().registry().retire(id, old, Samples.NOW.plusSeconds(90)));
    assertEquals(List.of(), store().registry().installation(id).orElseThrow().addresses());
    assertEquals(
        Optional.empty(), store().registry().holder(PushService.APNS, new PushToken("token")));
  }

  private static PushAddress.Direct fcm(final PushChannel channel, final Instant at) {
    return new PushAddress.Direct(
        PushService.FCM, channel, TALK, false, new PushToken("token"), at);
  }

  private List<PushAddress> addressesOf(final InstallationId id) {
    return store().registry().installation(id).orElseThrow().addresses();
  }

  @Test
  default void a_dead_android_token_goes_on_all_its_channels() {
    final InstallationId id = new InstallationId("i1");
    final PushAddress.Direct calls = fcm(PushChannel.VOIP, Samples.NOW);
    final PushAddress.Direct messages = fcm(PushChannel.MESSAGE, Samples.NOW);
    store().registry().keepInstallation(installation("i1", List.of(), calls, messages), "test");
    assertTrue(store().registry().retire(id, messages, Samples.NOW.plusSeconds(1)));
    assertEquals(List.of(), addressesOf(id));
  }

  @Test
  default void a_dead_alert_token_of_apple_leaves_the_other_topic_alone() {
    final InstallationId id = new InstallationId("i1");
    final PushAddress.Direct calls = address(PushChannel.VOIP, "token", Samples.NOW);
    final PushAddress.Direct messages = address(PushChannel.MESSAGE, "token", Samples.NOW);
    store().registry().keepInstallation(installation("i1", List.of(), calls, messages), "test");
    assertTrue(store().registry().retire(id, messages, Samples.NOW.plusSeconds(1)));
    assertEquals(List.of(calls), addressesOf(id));
  }

  @Test
  default void an_address_keeps_its_topic_and_what_is_said_under_one_holds_under_no_other() {
    final InstallationId id = new InstallationId("i1");
    final PushAddress.Direct own = address(PushChannel.SINGLE, "token", Samples.NOW);
    final PushAddress.Direct beta =
        address(PushChannel.MESSAGE, "token", Samples.NOW).withScope("talk.beta");
    store()
        .registry()
        .keepInstallation(installation("i1", List.of(Samples.ANNA), own, beta), "test");
    store().restart();
    assertEquals(List.of(own, beta), addressesOf(id));
    final PushAddress.Doubt doubt = new PushAddress.Doubt(Samples.NOW, Reason.TOKEN_BAD, 3);
    assertTrue(store().registry().doubt(id, beta, doubt));
    assertEquals(List.of(own, beta.doubted(doubt)), addressesOf(id));
    assertTrue(store().registry().retire(id, own, Samples.NOW.plusSeconds(1)));
    assertEquals(List.of(beta.doubted(doubt)), addressesOf(id));
  }

  @Test
  default void a_doubted_address_stays_with_its_reason_until_the_platform_takes_a_push() {
    final InstallationId id = new InstallationId("i1");
    final PushAddress.Direct other = address(PushChannel.VOIP, "voip", Samples.NOW);
    final PushAddress.Direct address = address(PushChannel.MESSAGE, "token", Samples.NOW);
    store()
        .registry()
        .keepInstallation(installation("i1", List.of(Samples.ANNA), other, address), "test");
    final List<Change> told = new ArrayList<>();
    store().registry().onChange(told::add);
    final PushAddress.Doubt first = new PushAddress.Doubt(Samples.NOW, Reason.TOKEN_BAD, 3);
    assertTrue(store().registry().doubt(id, address, first));
    store().restart();
    assertEquals(List.of(other, address.doubted(first)), addressesOf(id));
    assertEquals(List.of(new Change.InstallationChanged(id, List.of(Samples.ANNA))), told);

    final PushAddress.Doubt later =
        new PushAddress.Doubt(Samples.NOW.plusSeconds(60), Reason.TOKEN_WRONG_TOPIC, 4);
    assertTrue(store().registry().doubt(id, address, later));
    assertEquals(List.of(other, address.doubted(later)), addressesOf(id), "it begins anew");

    assertTrue(store().registry().prove(id, address, true));
    assertEquals(List.of(other, address.proven(true)), addressesOf(id));
    assertFalse(store().registry().prove(id, address, true));
  }

  @Test
  default void what_is_said_of_an_address_says_nothing_about_one_registered_since() {
    final InstallationId id = new InstallationId("i1");
    final PushAddress.Direct old = address(PushChannel.MESSAGE, "token", Samples.NOW);
    final PushAddress.Direct again =
        address(PushChannel.MESSAGE, "token", Samples.NOW.plusSeconds(60));
    store().registry().keepInstallation(installation("i1", List.of(), again), "test");
    assertFalse(
        store().registry().doubt(id, old, new PushAddress.Doubt(Samples.NOW, Reason.TOKEN_BAD, 1)));
    assertFalse(store().registry().prove(id, old, true));
    assertEquals(List.of(again), addressesOf(id));
  }

  @Test
  default void a_token_of_another_app_is_held_as_well() {
    final AppId other = new AppId("other");
    store()
        .registry()
        .keepInstallation(
            installation("i1", List.of(), address(PushChannel.MESSAGE, "token", Samples.NOW)),
            "test");
    final PushAddress.Direct same =
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.MESSAGE,
            other,
            false,
            new PushToken("token"),
            Samples.NOW);
    assertThrows(
        Taken.class,
        () -> store().registry().keepInstallation(installation("i2", List.of(), same), "test"));
  }
}
