package dev.reveille.routing.port;

import static dev.reveille.routing.port.PushAddressContract.TALK;
import static dev.reveille.routing.port.PushAddressContract.address;
import static dev.reveille.routing.port.PushAddressContract.installation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppAccess;
import dev.reveille.model.AppId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Credential;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.QuietHours;
import dev.reveille.model.Setting;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry.Change;
import dev.reveille.routing.port.Registry.Taken;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The contract of every registry.
public interface RegistryContract {
  /// As the registry answers it: the first credentials have the number 1.
  App APP =
      new App(
          TALK,
          Samples.ACME,
          "Talk",
          "org.example.talk",
          "lync-2013",
          new AppAccess.Only(List.of(Samples.ACME)),
          1,
          Instant.EPOCH);

  StoreUnderTest store();

  private static User user(final String name, final String... addresses) {
    return new User(Samples.user(name), "", List.of(addresses), Preferences.DEFAULT);
  }

  @Test
  default void an_app_goes_only_when_no_installation_needs_it() {
    final Registry registry = store().registry();
    final List<Change> changes = new ArrayList<>();
    registry.keepApp(APP, "test");
    registry.keepUser(user("anna"), "test");
    registry.keepInstallation(installation("i-1", List.of(Samples.ANNA)), "test");
    registry.keepInstallation(installation("i-2", List.of(Samples.ANNA)), "test");
    registry.onChange(changes::add);
    final Taken taken = assertThrows(Taken.class, () -> registry.removeApp(TALK, "test"));
    assertEquals("the app has 2 installations", taken.getMessage());
    assertEquals(Optional.of(APP), registry.app(TALK));
    assertEquals(List.of(), changes);
    assertEquals(
        List.of(new InstallationId("i-1")), registry.installationsOf(TALK, Samples.ACME, 1));
    final OrganisationId globex = new OrganisationId("globex");
    assertEquals(List.of(), registry.installationsOf(TALK, globex, 9));
    assertTrue(registry.isUsedBeside(globex, TALK));
    assertFalse(registry.isUsedBeside(Samples.ACME, TALK));
    registry
        .installationsOf(TALK, Samples.ACME, 9)
        .forEach(one -> registry.removeInstallation(one, "test"));
    final SettingsStore settings = store().settings();
    settings.put(Samples.ACME, Setting.PRESENTATION, Setting.ofApp(TALK), Map.of(), -1, "test");
    assertTrue(registry.removeApp(TALK, "test"));
    assertEquals(new Change.AppChanged(TALK), changes.getLast());
    assertEquals(Optional.empty(), registry.app(TALK));
    assertFalse(registry.removeApp(TALK, "test"));
    assertEquals(List.of(), settings.all(Samples.ACME, Setting.PRESENTATION));
  }

  @Test
  default void organisations_exist_once_they_are_kept_or_used() {
    assertEquals(List.of(), store().registry().organisations());
    store().registry().keepOrganisation(new OrganisationId("globex"), "test");
    store().registry().keepOrganisation(new OrganisationId("globex"), "test");
    store().registry().keepUser(user("anna"), "test");
    assertEquals(
        List.of(Samples.ACME, new OrganisationId("globex")), store().registry().organisations());
  }

  @Test
  default void a_user_comes_back_as_kept() {
    final User anna =
        new User(
            Samples.ANNA,
            "berlin",
            List.of("sip:Anna@acme.example", "ACME\\anna"),
            new Preferences(
                new Preferences.Spread.LastActive(Duration.ofMinutes(5)),
                Samples.NOW,
                Map.of(
                    Samples.TEAM,
                    Samples.NOW.plusSeconds(60),
                    new ConversationId("noise"),
                    Instant.MAX),
                Optional.of(
                    new QuietHours(
                        ZoneId.of("Europe/Berlin"),
                        List.of(
                            new QuietHours.Period(
                                Set.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
                                LocalTime.of(22, 0),
                                LocalTime.of(7, 30))))),
                Optional.of(new Preferences.RingLimit(3, Duration.ofMinutes(15))),
                Set.of("sip:boss@acme.example")));
    store().registry().keepUser(anna, "test");
    store().restart();
    assertEquals(Optional.of(anna), store().registry().user(Samples.ANNA));
    final User plain = user("anna");
    store().registry().keepUser(plain, "test");
    assertEquals(Optional.of(plain), store().registry().user(Samples.ANNA));
  }

  @Test
  default void preferences_change_as_they_stand_and_leave_the_rest_alone() {
    final User anna = user("anna", "sip:anna@acme.example");
    store().registry().keepUser(anna, "test");
    store()
        .registry()
        .changePreferences(
            Samples.ANNA, before -> before.withLetThrough(Set.of("sip:boss@acme.example")), "test");
    final Optional<User> after =
        store()
            .registry()
            .changePreferences(
                Samples.ANNA, before -> before.withDoNotDisturb(Samples.NOW), "test");
    final Preferences wanted =
        Preferences.DEFAULT
            .withLetThrough(Set.of("sip:boss@acme.example"))
            .withDoNotDisturb(Samples.NOW);
    assertEquals(
        Optional.of(new User(Samples.ANNA, "", List.of("sip:anna@acme.example"), wanted)), after);
    assertEquals(after, store().registry().user(Samples.ANNA));
    assertEquals(
        Optional.empty(), store().registry().changePreferences(Samples.BEN, it -> it, "test"));
  }

  // A phone changes what its user wants while an operator changes the user.
  @Test
  default void changes_of_one_user_at_the_same_time_are_all_kept() throws Exception {
    final Registry registry = store().registry();
    registry.keepUser(user("anna"), "test");
    final int many = 40;
    final Thread phone =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < many; i++) {
                final String caller = "sip:" + i + "@acme.example";
                registry.changePreferences(
                    Samples.ANNA, before -> before.withLetThrough(with(before, caller)), "phone");
              }
            });
    for (int i = 0; i < many; i++) {
      final String address = i + "@acme.example";
      registry.changeUser(
          Samples.ANNA,
          before -> {
            final User now = before.orElseThrow();
            final List<String> addresses = new ArrayList<>(now.addresses());
            addresses.add(address);
            return new User(now.id(), now.site(), addresses, now.preferences());
          },
          "operator");
    }
    phone.join();
    final User after = registry.user(Samples.ANNA).orElseThrow();
    assertEquals(many, after.addresses().size());
    assertEquals(many, after.preferences().letThrough().size());
  }

  private static Set<String> with(final Preferences before, final String caller) {
    final Set<String> all = new HashSet<>(before.letThrough());
    all.add(caller);
    return all;
  }

  @Test
  default void a_change_of_a_user_that_is_refused_changes_nothing() {
    final Registry registry = store().registry();
    final User anna = user("anna", "anna@acme.example");
    registry.keepUser(anna, "test");
    assertThrows(
        IllegalStateException.class,
        () ->
            registry.changeUser(
                Samples.ANNA,
                before -> {
                  throw new IllegalStateException("not like this: " + before);
                },
                "test"));
    assertThrows(Taken.class, () -> registry.keepUser(user("ben", "anna"), "test"));
    assertThrows(Taken.class, () -> registry.keepUser(user("anna@acme.example"), "test"));
    assertEquals(Optional.of(anna), registry.user(Samples.ANNA));
    assertEquals(Optional.empty(), registry.user(Samples.BEN));
    assertEquals(anna, registry.changeUser(Samples.ANNA, Optional::orElseThrow, "test"));
  }

  @Test
  default void any_address_finds_the_user_whatever_its_case() {
    final User anna = user("anna", "sip:anna@acme.example", "ACME\\Anna");
    store().registry().keepUser(anna, "test");
    for (final String known :
        List.of("anna", "SIP:ANNA@acme.example", "acme\\anna", "sip:anna@acme.example")) {
      assertEquals(Optional.of(anna), store().registry().findUser(Samples.ACME, known));
    }
    assertEquals(Optional.empty(), store().registry().findUser(Samples.ACME, "unknown"));
    assertEquals(Optional.empty(), store().registry().findUser(Samples.ACME, ""));
    assertEquals(
        Optional.empty(), store().registry().findUser(new OrganisationId("globex"), "anna"));
  }

  @Test
  default void an_address_belongs_to_one_user_and_a_refusal_changes_nothing() {
    store().registry().keepUser(user("anna", "shared@acme.example"), "test");
    final User ben = user("ben", "ben@acme.example");
    store().registry().keepUser(ben, "test");
    assertThrows(
        Taken.class,
        () ->
            store()
                .registry()
                .keepUser(user("ben", "new@acme.example", "Shared@ACME.example"), "test"));
    assertEquals(Optional.of(ben), store().registry().user(Samples.BEN));
    assertEquals(Optional.empty(), store().registry().findUser(Samples.ACME, "new@acme.example"));
  }

  @Test
  default void a_name_that_differs_in_case_only_is_taken() {
    final Registry registry = store().registry();
    registry.keepUser(user("zoe"), "test");
    final Taken taken = assertThrows(Taken.class, () -> registry.keepUser(user("Zoe"), "test"));
    assertEquals("Zoe belongs to the user zoe", taken.getMessage());
    assertThrows(Taken.class, () -> registry.keepUser(user("ben", "ZOE"), "test"));
    assertEquals(Optional.of(user("zoe")), registry.findUser(Samples.ACME, "ZOE"));
    registry.keepUser(user("zoe", "Zoe"), "test"); // one user may spell the same word twice
    registry.removeUser(Samples.user("zoe"), "test");
    registry.keepUser(user("Zoe"), "test");
    assertEquals(Optional.of(user("Zoe")), registry.findUser(Samples.ACME, "zoe"));
    assertEquals(List.of(), registry.alike(Samples.ACME, 10));
  }

  @Test
  default void a_sip_address_or_number_finds_its_user_in_any_form_and_stays_as_written() {
    final Registry registry = store().registry();
    final User anna = user("anna", "sip:Anna@Acme.example;transport=tcp", "tel:+49-30-1234");
    registry.keepUser(anna, "test");
    for (final String known :
        List.of(
            "sip:anna@acme.example",
            "\"Anna\" <sips:anna@ACME.example;lr>",
            "tel:+49301234",
            "<tel:+49(30)1234>")) {
      assertEquals(Optional.of(anna), registry.findUser(Samples.ACME, known), known);
    }
    assertEquals(Optional.empty(), registry.findUser(Samples.ACME, "sip:anna@acme.example:5060"));
    final Taken taken =
        assertThrows(
            Taken.class, () -> registry.keepUser(user("ben", "sips:anna@acme.example"), "test"));
    assertEquals(
        "sips:anna@acme.example belongs to the user anna,"
            + " as sip:Anna@Acme.example;transport=tcp",
        taken.getMessage());
  }

  @Test
  default void users_are_listed_in_pages() {
    for (final String name : List.of("c", "a", "d", "b")) {
      store().registry().keepUser(user(name), "test");
    }
    final Registry registry = store().registry();
    assertEquals(List.of(user("a"), user("b")), registry.users(Samples.ACME, "", 2));
    assertEquals(List.of(user("c"), user("d")), registry.users(Samples.ACME, "b", 5));
    assertEquals(List.of(), registry.users(Samples.ACME, "d", 5));
  }

  @Test
  default void a_removed_user_leaves_the_installations_without_the_binding() {
    store().registry().keepUser(user("anna", "anna@acme.example"), "test");
    store()
        .registry()
        .keepInstallation(installation("i1", List.of(Samples.ANNA, Samples.BEN)), "test");
    assertTrue(store().registry().removeUser(Samples.ANNA, "test"));
    assertFalse(store().registry().removeUser(Samples.ANNA, "test"));
    assertEquals(Optional.empty(), store().registry().user(Samples.ANNA));
    assertEquals(Optional.empty(), store().registry().findUser(Samples.ACME, "anna@acme.example"));
    assertEquals(List.of(), store().registry().installationsOf(Samples.ANNA));
    assertEquals(
        List.of(Samples.BEN),
        store().registry().installation(new InstallationId("i1")).orElseThrow().users());
  }

  @Test
  default void an_installation_keeps_what_it_has_until_its_last_user_is_removed() {
    store().registry().keepUser(user("anna"), "test");
    store().registry().keepUser(user("ben"), "test");
    final Installation shared =
        installation(
            "shared",
            List.of(Samples.ANNA, Samples.BEN),
            address(PushChannel.MESSAGE, "token", Samples.NOW));
    final byte[] token = new byte[32];
    store().registry().keepInstallation(shared, "test");
    store().secrets().keepDeviceToken(shared.id(), token, Samples.NOW);

    assertTrue(store().registry().removeUser(Samples.ANNA, "test"));
    final Installation ofBen = store().registry().installation(shared.id()).orElseThrow();
    assertEquals(shared.addresses(), ofBen.addresses());
    assertEquals(shared.attributes(), ofBen.attributes());
    assertTrue(store().secrets().deviceToken(token).isPresent());

    assertTrue(store().registry().removeUser(Samples.BEN, "test"));
    final Installation left = store().registry().installation(shared.id()).orElseThrow();
    assertEquals(List.of(), left.addresses());
    assertEquals(Map.of(), left.attributes());
    assertTrue(store().secrets().deviceToken(token).isEmpty());
  }

  @Test
  default void apps_are_kept_by_publisher() {
    store().registry().keepApp(APP, "test");
    store().restart();
    assertEquals(Optional.of(APP), store().registry().app(TALK));
    assertEquals(List.of(APP), store().registry().apps(Samples.ACME));
    assertEquals(List.of(), store().registry().apps(new OrganisationId("globex")));
    assertEquals(Optional.empty(), store().registry().app(new AppId("unknown")));
  }

  /// C2-23: two channels per device, each with a token of its own.
  @Test
  default void an_installation_comes_back_with_both_channels_C2_23() {
    final Installation phone =
        installation(
            "i1",
            List.of(Samples.ANNA),
            address(PushChannel.VOIP, "voip", Samples.NOW),
            address(PushChannel.MESSAGE, "alert", Samples.NOW.plusNanos(7)));
    store().registry().keepInstallation(phone, "test");
    store().registry().keepInstallation(installation("i2", List.of()), "test");
    store().restart();
    assertEquals(Optional.of(phone), store().registry().installation(phone.id()));
    assertEquals(List.of(phone), store().registry().installationsOf(Samples.ANNA));
    assertEquals(
        List.of("i1", "i2"),
        store().registry().installations(Samples.ACME, "", 10).stream()
            .map(one -> one.id().value())
            .toList());
    assertEquals(1, store().registry().installations(Samples.ACME, "i1", 10).size());
    assertTrue(store().registry().removeInstallation(phone.id(), "test"));
    assertFalse(store().registry().removeInstallation(phone.id(), "test"));
    assertEquals(List.of(), store().registry().installationsOf(Samples.ANNA));
  }

  @Test
  default void people_are_read_together_as_they_are_one_by_one() {
    final Registry registry = store().registry();
    registry.keepUser(user("anna", "sip:anna@example.com", "anna@example.com"), "test");
    final Preferences quiet =
        new Preferences(
            new Preferences.Spread.LastActive(Duration.ofMinutes(5)),
            Samples.NOW,
            Map.of(new ConversationId("red"), Instant.MAX),
            Optional.empty(),
            Optional.empty(),
            Set.of("call"));
    registry.keepUser(new User(Samples.user("ben"), "north", List.of(), quiet), "test");
    registry.keepUser(user("no device"), "test");
    final OrganisationId globex = new OrganisationId("globex");
    registry.keepUser(
        new User(new UserId(globex, "anna"), "", List.of(), Preferences.DEFAULT), "test");
    registry.keepInstallation(
        installation(
            "i2",
            List.of(Samples.ANNA, Samples.user("ben")),
            address(PushChannel.VOIP, "voip", Samples.NOW),
            address(PushChannel.MESSAGE, "alert", Samples.NOW).withScope("talk.beta")),
        "test");
    registry.keepInstallation(installation("i1", List.of(Samples.ANNA)), "test");
    registry.keepInstallation(installation("i3", List.of(new UserId(globex, "anna"))), "test");
    final var found = new HashMap<UserId, Registry.SignedIn>();
    registry
        .people(
            Samples.ACME, Set.of("anna", "ben", "no device", "ANNA", "anna@example.com", "\u0001"))
        .forEach(one -> found.put(one.user().id(), one));
    assertEquals(
        Set.of(Samples.ANNA, Samples.user("ben"), Samples.user("no device")), found.keySet());
    found.forEach((id, one) -> {
      assertEquals(registry.user(id), Optional.of(one.user()));
      assertEquals(registry.installationsOf(id), one.installations());
    });
    assertEquals(List.of(), registry.people(Samples.ACME, Set.of()));
  }

  @Test
  default void an_installation_changes_as_it_stands_and_never_comes_back() {
    final var id = new InstallationId("i1");
    final var token = address(PushChannel.SINGLE, "token", Samples.NOW);
    store().registry().keepInstallation(installation("i1", List.of(Samples.ANNA)), "test");
    store().registry().keepInstallation(installation("i1", List.of()), "signed out meanwhile");
    assertEquals(
        Optional.of(installation("i1", List.of(), token)),
        store()
            .registry()
            .changeInstallation(id, it -> installation("i1", it.users(), token), "test"));
    assertEquals(
        Optional.of(installation("i1", List.of(), token)), store().registry().installation(id));
    store().registry().removeInstallation(id, "test");
    assertEquals(Optional.empty(), store().registry().changeInstallation(id, it -> it, "test"));
    assertEquals(Optional.empty(), store().registry().installation(id));
  }

  @Test
  default void the_number_of_an_app_s_credentials_grows_with_each_change_of_them() {
    final App app = new App(TALK, Samples.ACME, "Talk", "org.example.talk", "");
    store().registry().keepApp(app, "test");
    final long first = store().registry().app(TALK).orElseThrow().credentials();
    assertTrue(first > App.UNKNOWN_CREDENTIALS);
    store()
        .registry()
        .keepApp(new App(TALK, Samples.ACME, "Talk again", "org.example.talk", ""), "test");
    assertEquals(first, store().registry().app(TALK).orElseThrow().credentials());
    store().registry().keepApp(new App(TALK, Samples.ACME, "Talk", "org.example", ""), "test");
    assertEquals(first + 1, store().registry().app(TALK).orElseThrow().credentials());
    final Credential.Fcm account = new Credential.Fcm("{}", "", "");
    store().secrets().keepCredential(TALK, account, "test");
    assertEquals(first + 2, store().registry().app(TALK).orElseThrow().credentials());
    store().secrets().removeCredential(TALK, PushService.FCM, "test");
    store().restart();
    assertEquals(first + 3, store().registry().app(TALK).orElseThrow().credentials());
  }

  @Test
  default void changes_are_told_with_all_whom_they_concern() {
    final List<Change> told = new ArrayList<>();
    store().registry().onChange(told::add);
    store().registry().keepUser(user("anna"), "test");
    store().registry().keepApp(APP, "test");
    store().registry().keepInstallation(installation("i1", List.of(Samples.ANNA)), "test");
    store().registry().keepInstallation(installation("i1", List.of(Samples.BEN)), "test");
    store().registry().removeInstallation(new InstallationId("i1"), "test");
    final InstallationId id = new InstallationId("i1");
    assertEquals(
        List.of(
            new Change.UserChanged(Samples.ANNA),
            new Change.AppChanged(TALK),
            new Change.InstallationChanged(id, List.of(Samples.ANNA)),
            new Change.InstallationChanged(id, List.of(Samples.ANNA, Samples.BEN)),
            new Change.InstallationChanged(id, List.of(Samples.BEN))),
        told);
  }

  @Test
  default void every_change_is_in_the_audit_log() {
    store().registry().keepUser(user("anna"), "operator");
    store().registry().removeUser(Samples.ANNA, "operator");
    assertEquals(
        List.of("remove user anna", "keep user anna"),
        store().settings().audit(Samples.ACME, 10).stream()
            .map(SettingsStore.Audit::what)
            .toList());
  }
}
