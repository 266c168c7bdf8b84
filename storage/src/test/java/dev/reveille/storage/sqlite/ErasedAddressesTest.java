package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Samples;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sends to an address of a device whose user is erased, as a challenge is one.
final class ErasedAddressesTest {
  @RegisterExtension private final SqliteUnderTest store = new SqliteUnderTest();

  private void device(final String id, final int address, final UserId... users) {
    for (final UserId user : users) {
      store.registry().keepUser(new User(user, "", List.of(), Preferences.DEFAULT), "test");
    }
    final var now = store.clock().instant();
    store
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId(id),
                Samples.ACME,
                Samples.HUB_APP,
                Platform.IOS,
                18,
                "",
                List.of(users),
                List.of((PushAddress.Direct) Samples.address(address).address()),
                Map.of(),
                now,
                now),
            "test");
  }

  private StoredJob sent(final String id, final Integer... to) {
    final var all = List.of(to).stream().map(Samples::address).toList();
    return store.keep(Samples.send(id, new Audience.Addresses(all), Samples.NOW));
  }

  private Optional<StoredJob> found(final StoredJob stored) {
    return store.journal().find(stored.sequence());
  }

  @Test
  void what_was_sent_to_the_address_of_an_erased_user_is_not_shown_any_more() {
    device("annas", 1, Samples.ANNA);
    device("shared", 2, Samples.ANNA, Samples.BEN);
    final StoredJob alone = sent("alone", 1);
    final StoredJob shared = sent("shared", 2);
    final StoredJob both = sent("both", 1, 2);
    assertTrue(store.registry().removeUser(Samples.ANNA, "test"));
    final StoredJob later = sent("later", 1);
    for (int round = 0; round < 3; round++) {
      assertEquals(Optional.empty(), found(alone));
      assertEquals(Optional.empty(), store.journal().find(alone.job().key()));
      assertEquals(Optional.of(shared), found(shared), "it is Ben's address too");
      assertEquals(
          new Audience.Addresses(List.of(Samples.address(2))),
          ((Send) found(both).orElseThrow().job()).to());
      assertEquals(Optional.of(later), found(later), "the phone's next user");
      store.project();
      assertEquals(
          List.of(shared.sequence(), both.sequence(), later.sequence()),
          store.sends().unfinished().stream().map(one -> one.send().sequence()).toList());
      if (round == 1) {
        store.restart();
      }
    }
  }
}
