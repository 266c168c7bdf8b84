package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.LinkJudge.Verdict.Linkable;
import dev.reveille.protocols.rest.Findings.Finding;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.ServedEndpoint;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `check` and `/health` say of links to hubs: as it is now, before and after a call was lost.
class LinkFindingsTest {
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final AppId APP = new AppId("phone");
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path directory;
  private final CredentialReports reports =
      new CredentialReports(PushService.HUB, CLOCK, (_, _, _) -> {});
  private SqliteStore store;
  private Hubs hubs;
  private Hub hub;
  private LinkFindings findings;

  /// A hub of this server is linked, and an app is bound.
  @BeforeEach
  void start() {
    store = SqliteStore.open(directory.resolve("data"), StoreSettings.defaults(), CLOCK);
    store.registry().keepOrganisation(ACME, "test");
    hubs = Hubs.open(store, CLOCK);
    hub = hubs.add(ACME, new HubName("phones"), "test");
    store.secrets().keepCredential(hub.app(), new Credential.Fcm("{}", "", ""), "test");
    final var resources = CommunicationResources.open(store, hubs, CLOCK);
    final var app = new App(APP, ACME, "phone", "", "");
    store.registry().keepApp(app, "test");
    resources.bindUnlessBound(app);
    final var resource = resources.of(ACME).getFirst();
    final var string =
        hubs.policies(hub).stream()
            .filter(each -> each.name().equals(Hubs.SEND))
            .map(each ->
                new ServedEndpoint("127.0.0.1", 8443).connection(each.name(), each.primary()))
            .findFirst()
            .orElseThrow();
    final var id = resources.namespaces().id(resources.subscriptions().of(ACME), hub);
    final var judged = resources.judge().judge(resource, string, id, CLOCK.instant());
    final var _ = resources.link(resource, (Linkable) judged, "test");
    findings = new LinkFindings(resources, reports);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private List<String> found() {
    return findings.find(ACME, APP::equals).stream().map(Finding::id).toList();
  }

  private void rights(final AccessRight right) {
    final var _ = hubs.putPolicy(hub, Hubs.SEND, Set.of(right), "test");
  }

  @Test
  void a_link_that_works_is_not_found_fault_with_whatever_was_said_before() {
    assertEquals(List.of(), found());
    assertEquals(List.of(), findings.warnings());
    new CredentialStanding(
            APP, null, Duration.ofSeconds(30), CLOCK, reports.about(CredentialId.DEFAULT))
        .refused(Reason.HUB_REFUSES_KEY, "the hub phones has no policy that sends");
    assertEquals(List.of(), found(), "it has one now");
  }

  @Test
  void a_link_that_is_refused_is_told_before_the_first_call_is_lost() {
    rights(AccessRight.LISTEN);
    assertEquals(List.of("hub-refuses-key"), found());
    assertEquals(1, findings.warnings().size());
    assertTrue(
        findings.warnings().getFirst().startsWith("warning link-refused organisation=acme"),
        findings.warnings()::toString);
    rights(AccessRight.SEND);
    assertEquals(List.of(), found());
    assertEquals(List.of(), findings.warnings());
  }

  @Test
  void a_linked_hub_that_lost_its_credentials_is_told() {
    assertTrue(
        store.secrets().removeCredential(hub.app(), PushService.FCM, CredentialId.DEFAULT, "test"));
    assertEquals(List.of("linked-hub-unfit"), found());
  }
}
