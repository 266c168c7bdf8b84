package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Handles.Claim;
import dev.reveille.routing.port.Handles.Claimed;
import dev.reveille.routing.port.Handles.Code;
import dev.reveille.routing.port.Handles.Confirmed;
import dev.reveille.routing.port.Handles.Count;
import dev.reveille.routing.port.Handles.Filter;
import dev.reveille.routing.port.Handles.Handle;
import dev.reveille.routing.port.Handles.Owner;
import dev.reveille.routing.port.Handles.Place;
import dev.reveille.routing.port.Handles.State;
import dev.reveille.routing.port.SettingsStore.Audit;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The contract of every store of handles.
public interface HandlesContract {
  SecureRandom RANDOM = new SecureRandom();
  AppId PHONE_APP = new AppId("com.example.phone");
  AppId OTHER_APP = new AppId("com.example.mail");
  String PARTNER = "contoso.example";
  String OTHER_PARTNER = "fabrikam.example";
  byte[] SECRET = {1, 2, 3};
  byte[] OTHER_SECRET = {4, 5, 6};
  long MANY = 1_000_000;
  Duration A_MOMENT = Duration.ofMillis(1);

  StoreUnderTest store();

  private Handles handles() {
    return store().handles();
  }

  private PushAddress.Direct address(final String letter) {
    return address(letter, PHONE_APP);
  }

  private PushAddress.Direct address(final String letter, final AppId app) {
    return new PushAddress.Direct(
            PushService.APNS,
            PushChannel.MESSAGE,
            app,
            /* sandbox= */ true,
            new PushToken(letter.repeat(64)),
            store().clock().instant())
        .withScope("com.example.phone.beta");
  }

  private Claim claim(final String partner, final PushAddress.Direct address) {
    return new Claim(
        UUID.randomUUID().toString(),
        HandleId.random(RANDOM),
        /* replaces= */ false,
        new Owner(Samples.ACME, partner, address.app()),
        address,
        store().clock().instant().plus(Handles.CLAIMED));
  }

  private Claim another(final HandleId handle, final PushAddress.Direct address) {
    return new Claim(
        UUID.randomUUID().toString(),
        handle,
        /* replaces= */ true,
        new Owner(Samples.ACME, PARTNER, address.app()),
        address,
        store().clock().instant().plus(Handles.CLAIMED));
  }

  private Claim kept(final Claim claim) {
    assertEquals(Claimed.KEPT, handles().claim(claim, MANY));
    return claim;
  }

  private Optional<Handle> confirmed(final Claim claim, final byte[] secret) {
    return handles().confirm(claim.handle(), claim.challenge(), secret).map(Confirmed::handle);
  }

  private Handle active(final String partner, final PushAddress.Direct address) {
    return confirmed(kept(claim(partner, address)), SECRET).orElseThrow();
  }

  private State state(final HandleId handle) {
    return handles().find(handle).orElseThrow().state();
  }

  private void app(final AppId id) {
    store().registry().keepApp(new App(id, Samples.ACME, "An app", "", ""), "operator");
  }

  @Test
  default void a_handle_is_pending_until_its_challenge_came_back_and_then_active() {
    final var claim = kept(claim(PARTNER, address("a")));
    final var pending = handles().find(claim.handle()).orElseThrow();
    assertEquals(State.PENDING, pending.state());
    assertEquals(claim.owner(), pending.owner());
    assertEquals(Optional.empty(), handles().find(claim.handle(), SECRET));
    assertEquals(List.of(), handles().counts(Samples.ACME));

    final var told = handles().confirm(claim.handle(), claim.challenge(), SECRET).orElseThrow();
    assertTrue(told.isNew());
    final var active = told.handle();
    assertEquals(claim.handle(), active.id());
    assertEquals(State.ACTIVE, active.state());
    assertEquals(Optional.of(claim.address()), active.address());
    assertEquals(store().clock().instant(), active.since());
    store().restart();
    assertEquals(Optional.of(active), handles().find(active.id()));
    assertEquals(Optional.of(active), handles().find(active.id(), SECRET));
    assertEquals(Optional.empty(), handles().find(active.id(), OTHER_SECRET));
    assertEquals(List.of(new Count(PARTNER, PHONE_APP, 1)), handles().counts(Samples.ACME));
  }

  @Test
  default void a_wrong_challenge_and_one_of_another_handle_confirm_nothing() {
    final var claim = kept(claim(PARTNER, address("a")));
    final var other = kept(claim(PARTNER, address("b")));
    assertTrue(handles().confirm(claim.handle(), "x", SECRET).isEmpty());
    assertTrue(handles().confirm(claim.handle(), other.challenge(), SECRET).isEmpty());
    assertTrue(handles().confirm(HandleId.random(RANDOM), claim.challenge(), SECRET).isEmpty());
    assertEquals(State.PENDING, state(claim.handle()));
  }

  @Test
  default void a_challenge_that_comes_too_late_confirms_nothing() {
    final var claim = kept(claim(PARTNER, address("a")));
    store().clock().advance(Handles.CLAIMED.minus(A_MOMENT));
    assertEquals(State.PENDING, state(claim.handle()));
    store().clock().advance(A_MOMENT);
    assertEquals(Optional.empty(), handles().find(claim.handle()));
    assertEquals(Optional.empty(), confirmed(claim, SECRET));
  }

  @Test
  default void a_challenge_that_is_told_again_answers_the_same_with_the_newer_secret() {
    final var claim = kept(claim(PARTNER, address("a")));
    final var first = confirmed(claim, SECRET);
    assertEquals(first, confirmed(claim, OTHER_SECRET));
    assertEquals(Optional.empty(), handles().find(claim.handle(), SECRET));
    assertEquals(first, handles().find(claim.handle(), OTHER_SECRET));
    store().clock().advance(Handles.CLAIMED);
    assertEquals(Optional.empty(), confirmed(claim, SECRET));
  }

  @Test
  default void the_same_token_app_and_partner_have_the_same_handle() {
    final var first = active(PARTNER, address("a"));
    store().clock().advance(Duration.ofDays(1));
    final var claim = kept(claim(PARTNER, address("a")));
    assertEquals(State.PENDING, state(claim.handle()), "it says nothing of the one that is there");
    final var again = confirmed(claim, OTHER_SECRET).orElseThrow();
    assertEquals(first.id(), again.id());
    assertEquals(claim.address(), again.address().orElseThrow(), "registered anew");
    assertEquals(Optional.empty(), handles().find(claim.handle()));
    assertEquals(Optional.of(again), confirmed(claim, OTHER_SECRET));
    assertEquals(Optional.of(again), handles().find(first.id(), OTHER_SECRET));
    assertEquals(List.of(new Count(PARTNER, PHONE_APP, 1)), handles().counts(Samples.ACME));
  }

  @Test
  default void another_partner_and_another_app_have_handles_of_their_own() {
    final var one = active(PARTNER, address("a"));
    final var other = active(OTHER_PARTNER, address("a"));
    final var third = active(PARTNER, address("a", OTHER_APP));
    assertEquals(3, List.of(one.id(), other.id(), third.id()).stream().distinct().count());
    assertTrue(handles().revoke(Samples.ACME, one.id(), "operator"));
    assertEquals(State.ACTIVE, state(other.id()));
    assertEquals(State.ACTIVE, state(third.id()));
  }

  @Test
  default void another_token_takes_its_place_when_it_is_confirmed_and_not_before() {
    final var handle = active(PARTNER, address("a"));
    final var claim = kept(another(handle.id(), address("b")));
    assertEquals(Optional.of(handle), handles().find(handle.id()));
    final var told = handles().confirm(handle.id(), claim.challenge(), OTHER_SECRET).orElseThrow();
    assertFalse(told.isNew());
    assertEquals(Optional.of(address("b")), told.handle().address());
    assertEquals(Optional.of(told.handle()), handles().find(handle.id(), SECRET), "as before");
    assertEquals(Optional.empty(), handles().find(handle.id(), OTHER_SECRET));
    final var free = active(PARTNER, address("a"));
    assertFalse(free.id().equals(handle.id()), "the former token belongs to no handle");
  }

  @Test
  default void of_two_claims_of_one_handle_the_first_that_comes_true_counts() {
    final var handle = active(PARTNER, address("a"));
    final var one = kept(another(handle.id(), address("b")));
    final var other = kept(another(handle.id(), address("c")));
    assertTrue(confirmed(other, SECRET).isPresent());
    assertEquals(Optional.empty(), confirmed(one, SECRET));
    assertEquals(Optional.of(address("c")), handles().find(handle.id()).orElseThrow().address());
  }

  @Test
  default void a_token_that_moves_to_a_handle_ends_the_one_that_it_had() {
    final var handle = active(PARTNER, address("a"));
    final var former = active(PARTNER, address("b"));
    assertTrue(confirmed(kept(another(handle.id(), address("b"))), SECRET).isPresent());
    assertEquals(State.REVOKED, state(former.id()));
    assertEquals(List.of(new Count(PARTNER, PHONE_APP, 1)), handles().counts(Samples.ACME));
  }

  @Test
  default void a_revoked_handle_is_known_for_thirty_days_and_has_no_token() {
    final var handle = active(PARTNER, address("a"));
    final var claim = kept(another(handle.id(), address("b")));
    assertTrue(handles().revoke(Samples.ACME, handle.id(), "operator"));
    assertFalse(handles().revoke(Samples.ACME, handle.id(), "operator"));
    assertEquals(Optional.empty(), confirmed(claim, SECRET), "what was claimed for it is over");
    assertEquals(Claimed.NOT_ACTIVE, handles().claim(another(handle.id(), address("b")), MANY));
    final var over = handles().find(handle.id()).orElseThrow();
    assertEquals(State.REVOKED, over.state());
    assertEquals(handle.owner(), over.owner());
    assertEquals(Optional.empty(), over.address());
    assertEquals(Optional.of(over), handles().find(handle.id(), SECRET), "its device may ask");
    assertEquals(List.of(), handles().counts(Samples.ACME));
    store().clock().advance(Handles.REMEMBERED.minus(A_MOMENT));
    assertEquals(Optional.of(over), handles().find(handle.id()));
    store().clock().advance(A_MOMENT);
    assertEquals(Optional.empty(), handles().find(handle.id()));
    assertEquals(Optional.empty(), handles().find(handle.id(), SECRET));
  }

  @Test
  default void only_the_publisher_revokes() {
    final var handle = active(PARTNER, address("a"));
    assertFalse(handles().revoke(new OrganisationId("globex"), handle.id(), "operator"));
    assertFalse(handles().revoke(Samples.ACME, HandleId.random(RANDOM), "operator"));
    assertEquals(State.ACTIVE, state(handle.id()));
  }

  @Test
  default void a_claim_that_is_revoked_never_comes_true() {
    final var claim = kept(claim(PARTNER, address("a")));
    assertTrue(handles().revoke(Samples.ACME, claim.handle(), "operator"));
    assertEquals(Optional.empty(), handles().find(claim.handle()));
    assertEquals(Optional.empty(), confirmed(claim, SECRET));
  }

  @Test
  default void all_of_a_partner_or_of_its_app_are_revoked_at_once() {
    final var letters = List.of("a", "b", "c");
    for (final var letter : letters) {
      active(PARTNER, address(letter));
    }
    final var mail = active(PARTNER, address("a", OTHER_APP));
    final var others = active(OTHER_PARTNER, address("a"));
    final var claim = kept(claim(PARTNER, address("d")));
    assertEquals(3, handles().revokeAll(Samples.ACME, PARTNER, Optional.of(PHONE_APP), "operator"));
    assertEquals(Optional.empty(), confirmed(claim, SECRET));
    assertEquals(State.ACTIVE, state(mail.id()));
    assertEquals(1, handles().revokeAll(Samples.ACME, PARTNER, Optional.empty(), "operator"));
    assertEquals(State.REVOKED, state(mail.id()));
    assertEquals(State.ACTIVE, state(others.id()));
    assertEquals(List.of(new Count(OTHER_PARTNER, PHONE_APP, 1)), handles().counts(Samples.ACME));
    assertEquals(0, handles().revokeAll(Samples.ACME, PARTNER, Optional.empty(), "operator"));
  }

  @Test
  default void a_dead_token_ends_its_handle_unless_it_was_confirmed_again() {
    final var handle = active(PARTNER, address("a"));
    final var before = store().clock().instant();
    final var pushedTo = handle.address().orElseThrow();
    store().clock().advance(Duration.ofMinutes(1));
    assertTrue(confirmed(kept(claim(PARTNER, address("a"))), SECRET).isPresent());
    assertFalse(handles().dead(handle.id(), pushedTo, Reason.TOKEN_RETIRED, before));
    assertFalse(
        handles().dead(handle.id(), address("b"), Reason.TOKEN_RETIRED, store().clock().instant()));
    assertEquals(State.ACTIVE, state(handle.id()));
    final var now = store().clock().instant();
    assertTrue(handles().dead(handle.id(), pushedTo, Reason.TOKEN_RETIRED, now));
    assertFalse(handles().dead(handle.id(), pushedTo, Reason.TOKEN_RETIRED, now));
    final var dead = handles().find(handle.id()).orElseThrow();
    assertEquals(State.DEAD, dead.state());
    assertEquals(Optional.of(Reason.TOKEN_RETIRED), dead.why());
    assertEquals(Optional.empty(), dead.address());
    assertFalse(active(PARTNER, address("a")).id().equals(handle.id()), "a new one");
  }

  @Test
  default void handles_are_listed_by_partner_and_app_in_pages() {
    final var all = new ArrayList<Handle>();
    for (final var partner : List.of(PARTNER, OTHER_PARTNER)) {
      for (final var app : List.of(PHONE_APP, OTHER_APP)) {
        for (final var letter : List.of("a", "b")) {
          all.add(active(partner, address(letter, app)));
        }
      }
    }
    kept(claim(PARTNER, address("c")));
    handles().revoke(Samples.ACME, all.getFirst().id(), "operator");
    final var everything = new Filter("", Optional.empty());
    final var listed = handles().list(Samples.ACME, everything, Place.FIRST, 100);
    assertEquals(8, listed.size(), "with the revoked one, without the claim");
    final var paged = new ArrayList<Handle>();
    var after = Place.FIRST;
    while (paged.size() < 8) {
      final var page = handles().list(Samples.ACME, everything, after, 3);
      paged.addAll(page);
      after = Place.of(page.getLast());
    }
    assertEquals(listed, paged);
    assertEquals(List.of(), handles().list(Samples.ACME, everything, after, 3));
    assertEquals(
        4,
        handles().list(Samples.ACME, new Filter(PARTNER, Optional.empty()), Place.FIRST, 9).size());
    final var ofApp = new Filter("", Optional.of(OTHER_APP));
    assertEquals(4, handles().list(Samples.ACME, ofApp, Place.FIRST, 9).size());
    final var both = new Filter(OTHER_PARTNER, Optional.of(OTHER_APP));
    assertEquals(
        all.subList(6, 8).stream().map(Handle::id).sorted(HandlesContract::bySpelling).toList(),
        handles().list(Samples.ACME, both, Place.FIRST, 9).stream().map(Handle::id).toList());
    assertEquals(
        List.of(), handles().list(new OrganisationId("globex"), everything, Place.FIRST, 9));
  }

  private static int bySpelling(final HandleId one, final HandleId other) {
    return one.value().compareTo(other.value());
  }

  @Test
  default void a_partner_and_a_token_have_so_many_and_no_more() {
    active(PARTNER, address("a"));
    assertEquals(Claimed.TOO_MANY_OF_PARTNER, handles().claim(claim(PARTNER, address("b")), 1));
    assertEquals(Claimed.KEPT, handles().claim(claim(PARTNER, address("a")), 1), "no new one");
    for (int i = 0; i < Handles.MOST_CLAIMS_OF_TOKEN - 1; i++) {
      kept(claim(PARTNER, address("a")));
    }
    assertEquals(Claimed.TOO_MANY_OF_TOKEN, handles().claim(claim(PARTNER, address("a")), MANY));
    store().clock().advance(Handles.CLAIMED);
    for (int i = 1; i < Handles.MOST_OF_TOKEN; i++) {
      active("p" + i + ".example", address("a"));
    }
    assertEquals(
        Claimed.TOO_MANY_OF_TOKEN, handles().claim(claim("one.more.example", address("a")), MANY));
    assertEquals(Claimed.KEPT, handles().claim(claim(PARTNER, address("a")), MANY));
  }

  @Test
  default void an_app_with_active_handles_stays() {
    app(PHONE_APP);
    final var handle = active(PARTNER, address("a"));
    assertThrows(Registry.Taken.class, () -> store().registry().removeApp(PHONE_APP, "operator"));
    handles().revoke(Samples.ACME, handle.id(), "operator");
    assertTrue(store().registry().removeApp(PHONE_APP, "operator"));
    assertEquals(Optional.empty(), handles().find(handle.id()));
  }

  @Test
  default void all_goes_with_the_publisher() {
    final var gone = new OrganisationId("gone");
    store().registry().makeOrganisation(gone, Samples.ACME, "operator");
    final var address = address("a");
    final var owner = new Owner(gone, PARTNER, PHONE_APP);
    final var until = store().clock().instant().plus(Handles.CLAIMED);
    final var claim = new Claim("c", HandleId.random(RANDOM), false, owner, address, until);
    kept(claim);
    assertTrue(confirmed(claim, SECRET).isPresent());
    handles().keepCode(new Code("k", gone, PARTNER, 1, Samples.NOW, until), SECRET, "operator");
    assertTrue(store().registry().removeOrganisation(gone, Samples.ACME, "operator"));
    assertEquals(Optional.empty(), handles().find(claim.handle()));
    assertEquals(List.of(), handles().counts(gone));
    assertEquals(List.of(), handles().codes(gone, ""));
    assertThrows(Registry.Taken.class, () -> handles().claim(claim, MANY));
  }

  @Test
  default void a_code_works_for_its_partner_as_often_as_it_says_and_in_time() {
    final var expires = store().clock().instant().plus(Duration.ofDays(1));
    final var code = new Code("k-1", Samples.ACME, PARTNER, 2, Samples.NOW, expires);
    handles().keepCode(code, SECRET, "operator");
    assertEquals(List.of(code), handles().codes(Samples.ACME, ""));
    assertEquals(Optional.of(code), handles().code(Samples.ACME, PARTNER, SECRET));
    assertFalse(handles().takeCode(Samples.ACME, OTHER_PARTNER, SECRET));
    assertFalse(handles().takeCode(new OrganisationId("globex"), PARTNER, SECRET));
    assertFalse(handles().takeCode(Samples.ACME, PARTNER, OTHER_SECRET));
    assertTrue(handles().takeCode(Samples.ACME, PARTNER, SECRET));
    store().restart();
    assertEquals(1, handles().codes(Samples.ACME, PARTNER).getFirst().uses());
    assertTrue(handles().takeCode(Samples.ACME, PARTNER, SECRET));
    assertFalse(handles().takeCode(Samples.ACME, PARTNER, SECRET));
    assertEquals(List.of(), handles().codes(Samples.ACME, ""));
    final var other = new Code("k-2", Samples.ACME, PARTNER, 1, Samples.NOW, expires);
    handles().keepCode(other, OTHER_SECRET, "operator");
    store().clock().set(expires);
    assertEquals(Optional.empty(), handles().code(Samples.ACME, PARTNER, OTHER_SECRET));
    assertFalse(handles().takeCode(Samples.ACME, PARTNER, OTHER_SECRET));
  }

  @Test
  default void a_removed_code_works_no_more() {
    final var expires = store().clock().instant().plus(Duration.ofDays(1));
    handles()
        .keepCode(
            new Code("k-1", Samples.ACME, PARTNER, 2, Samples.NOW, expires), SECRET, "operator");
    assertFalse(handles().removeCode(Samples.ACME, OTHER_PARTNER, "k-1", "operator"));
    assertTrue(handles().removeCode(Samples.ACME, PARTNER, "k-1", "operator"));
    assertFalse(handles().takeCode(Samples.ACME, PARTNER, SECRET));
  }

  @Test
  default void the_audit_log_tells_what_operators_do_and_no_token() {
    final var handle = active(PARTNER, address("a"));
    final var other = active(PARTNER, address("b"));
    handles().revoke(Samples.ACME, handle.id(), "device " + handle.id());
    handles().revoke(Samples.ACME, other.id(), "operator");
    handles().revokeAll(Samples.ACME, PARTNER, Optional.of(PHONE_APP), "operator");
    assertEquals(
        List.of(
            "revoke handle of partner contoso.example and app com.example.phone: all",
            "revoke handle "
                + other.id()
                + " of partner contoso.example and app com.example.phone"),
        store().settings().audit(Samples.ACME, 10).stream().map(Audit::what).toList());
  }
}
