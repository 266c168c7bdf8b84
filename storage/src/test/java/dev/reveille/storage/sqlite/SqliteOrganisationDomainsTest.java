package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.OrganisationDomainsContract;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore.AuditFilter;
import dev.reveille.routing.port.StoreUnderTest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteOrganisationDomainsTest implements OrganisationDomainsContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  @Test
  void the_audit_log_has_who_from_where_and_the_old_and_new_value() {
    final var domains = store.domains();
    domains.put(Samples.ACME, EXAMPLE, Optional.empty(), 0, OPERATOR);
    domains.put(
        Samples.ACME,
        EXAMPLE,
        Optional.of(NetbiosName.of("example")),
        OrganisationDomains.ANY_VERSION,
        OPERATOR);
    domains.remove(Samples.ACME, EXAMPLE, OPERATOR);
    final var filter =
        new AuditFilter(Long.MAX_VALUE, OPERATOR.who(), "domain", Instant.MIN, Instant.MAX);
    final var lines = store.settings().audit(Samples.ACME, filter, 10);
    assertEquals(
        List.of(
            "remove domain example.org (netbios was EXAMPLE)",
            "keep domain example.org: netbios from nothing to EXAMPLE",
            "keep domain example.org: new, netbios nothing"),
        lines.stream().map(line -> line.what()).toList());
    assertTrue(lines.stream().allMatch(line -> line.from().equals(OPERATOR.from())));
  }

  @Test
  void domains_go_with_their_organisation_and_come_to_no_later_one_of_its_name() {
    final var gone = new OrganisationId("gone");
    store.registry().makeOrganisation(gone, Samples.ACME, "operator");
    final var domains = store.domains();
    domains.put(gone, EXAMPLE, Optional.of(NetbiosName.of("EXAMPLE")), 0, OPERATOR);
    assertEquals(Optional.of(gone), domains.organisationOf("example.org"));
    assertTrue(store.registry().removeOrganisation(gone, Samples.ACME, "operator"));
    assertEquals(Optional.empty(), domains.organisationOf("example.org"));
    assertEquals(Optional.empty(), domains.organisationOfNetbios("EXAMPLE"));
    assertEquals(List.of(), domains.all(gone));
    assertThrows(
        Registry.Taken.class,
        () -> domains.put(gone, SECOND_DOMAIN, Optional.empty(), 0, OPERATOR));
    domains.put(Samples.ACME, EXAMPLE, Optional.of(NetbiosName.of("EXAMPLE")), 0, OPERATOR);
    assertEquals(Optional.of(Samples.ACME), domains.organisationOf("example.org"));
  }

  @Test
  void a_store_of_the_version_before_can_have_domains_and_passwords() throws SQLException {
    final long version =
        store.settings().put(Samples.ACME, "c", "global", java.util.Map.of(), 0, "w").version();
    store.sqlite().close();
    FormerSchema.of(store.directory(), 21);
    store.open();
    assertEquals(List.of(), store.domains().all(Samples.ACME));
    assertTrue(
        store.domains().put(Samples.ACME, EXAMPLE, Optional.empty(), 0, OPERATOR).version()
            > version);
    assertEquals(Optional.empty(), store.passwords().state(Samples.ANNA));
  }
}
