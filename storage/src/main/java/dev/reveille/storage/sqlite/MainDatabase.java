package dev.reveille.storage.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `reveille.db`: what operators and apps configured and registered. Ordinary SQL with text keys
/// and moments as text, so that PostgreSQL can have the same tables.
///
/// One connection writes, and [#READERS] read beside it, so that a look-up never waits for a
/// commit's fsync, and for other look-ups only while they take all readers. Thread-safe; blocks on
/// the disk. What is given to [#read] must not read again.
final class MainDatabase implements AutoCloseable {
  /// One for each thread that may look something up at the same time: the five of the dispatcher's
  /// look-ups, maintenance, and requests, of which as many run as there are processors.
  private static final int READERS = 6 + Runtime.getRuntime().availableProcessors();

  /// In bytes. What the log has grown beyond that is given back when it is begun anew.
  private static final long LARGEST_LOG = 64L << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE fact(name TEXT PRIMARY KEY, value TEXT NOT NULL);
          CREATE TABLE organisation(name TEXT PRIMARY KEY);
          CREATE TABLE app_user(
            organisation TEXT NOT NULL, name TEXT NOT NULL, site TEXT NOT NULL,
            preferences TEXT NOT NULL, PRIMARY KEY(organisation, name));
          CREATE TABLE user_address(
            organisation TEXT NOT NULL, folded TEXT NOT NULL, address TEXT NOT NULL,
            name TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY(organisation, folded));
          CREATE INDEX user_address_of ON user_address(organisation, name);
          CREATE TABLE erased_user(
            organisation TEXT NOT NULL, name TEXT NOT NULL, up_to INTEGER NOT NULL,
            PRIMARY KEY(organisation, name));
          CREATE TABLE app(
            id TEXT PRIMARY KEY, publisher TEXT NOT NULL, name TEXT NOT NULL,
            bundle_id TEXT NOT NULL, pushless TEXT NOT NULL);
          CREATE TABLE installation(
            id TEXT PRIMARY KEY, organisation TEXT NOT NULL, app TEXT NOT NULL,
            platform TEXT NOT NULL, os_major INTEGER NOT NULL, generation TEXT NOT NULL,
            attributes TEXT NOT NULL, registered_at TEXT NOT NULL, last_seen TEXT NOT NULL);
          CREATE INDEX installation_of ON installation(organisation, id);
          CREATE TABLE binding(
            installation TEXT NOT NULL, place INTEGER NOT NULL, organisation TEXT NOT NULL,
            name TEXT NOT NULL, PRIMARY KEY(installation, place));
          CREATE INDEX binding_of ON binding(organisation, name);
          CREATE TABLE push_address(
            installation TEXT NOT NULL, place INTEGER NOT NULL, service TEXT NOT NULL,
            channel TEXT NOT NULL, app TEXT NOT NULL, sandbox INTEGER NOT NULL,
            token TEXT NOT NULL, registered_at TEXT NOT NULL, PRIMARY KEY(installation, place));
          CREATE INDEX push_address_by_token ON push_address(token);
          CREATE TABLE setting(
            organisation TEXT NOT NULL, collection TEXT NOT NULL, identity TEXT NOT NULL,
            version INTEGER NOT NULL, named TEXT NOT NULL,
            PRIMARY KEY(organisation, collection, identity));
          CREATE TABLE audit(
            id INTEGER PRIMARY KEY, organisation TEXT NOT NULL, at TEXT NOT NULL,
            who TEXT NOT NULL, what TEXT NOT NULL);
          CREATE INDEX audit_of ON audit(organisation, id);
          CREATE TABLE api_key(
            hash TEXT PRIMARY KEY, id TEXT NOT NULL, organisation TEXT NOT NULL,
            rights TEXT NOT NULL, note TEXT NOT NULL, made_at TEXT NOT NULL,
            UNIQUE(organisation, id));
          CREATE TABLE credential(
            app TEXT NOT NULL, service TEXT NOT NULL, sealed TEXT NOT NULL,
            PRIMARY KEY(app, service));
          CREATE TABLE device_token(
            hash TEXT PRIMARY KEY, installation TEXT NOT NULL, newest INTEGER NOT NULL,
            since TEXT NOT NULL);
          CREATE INDEX device_token_of ON device_token(installation);
          CREATE TABLE one_time_code(
            hash TEXT PRIMARY KEY, organisation TEXT NOT NULL, app TEXT NOT NULL,
            name TEXT NOT NULL, expires TEXT NOT NULL);
          CREATE TABLE statement_key(
            app TEXT NOT NULL, key_id TEXT NOT NULL, pem TEXT NOT NULL,
            PRIMARY KEY(app, key_id));
          """,
          """
          CREATE TABLE used_statement(hash TEXT PRIMARY KEY, until INTEGER NOT NULL);
          """,
          """
          ALTER TABLE app ADD COLUMN credentials INTEGER NOT NULL DEFAULT 1;
          ALTER TABLE app ADD COLUMN credentials_changed TEXT NOT NULL
            DEFAULT '1970-01-01T00:00:00Z';
          ALTER TABLE push_address ADD COLUMN doubted_since TEXT NOT NULL DEFAULT '';
          ALTER TABLE push_address ADD COLUMN doubted_why TEXT NOT NULL DEFAULT '';
          ALTER TABLE push_address ADD COLUMN doubted_credentials INTEGER NOT NULL DEFAULT 0;
          """,
          // users of older stores may be spelled alike, so what is compared is not unique here
          """
          ALTER TABLE app_user ADD COLUMN folded TEXT NOT NULL DEFAULT '';
          CREATE INDEX app_user_folded ON app_user(organisation, folded);
          CREATE TABLE address_of_user(
            organisation TEXT NOT NULL, folded TEXT NOT NULL, address TEXT NOT NULL,
            name TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY(organisation, name, place));
          INSERT INTO address_of_user SELECT organisation, folded, address, name, place
            FROM user_address;
          DROP TABLE user_address;
          ALTER TABLE address_of_user RENAME TO user_address;
          CREATE INDEX user_address_folded ON user_address(organisation, folded);
          """,
          // One spelling for Apple's tokens, as PushToken#of says, and one holder for each token:
          // of
          // two installations the newer registration keeps it.
          """
          CREATE TEMP TABLE spelled AS
            SELECT installation, place,
              lower(replace(replace(replace(token, '<', ''), '>', ''), ' ', '')) AS token
            FROM push_address
            WHERE service = 'apns' AND token NOT GLOB '*[^0-9A-Fa-f <>]*';
          UPDATE push_address SET token = spelled.token FROM spelled
            WHERE spelled.installation = push_address.installation
            AND spelled.place = push_address.place AND spelled.token <> push_address.token
            AND spelled.token <> '';
          DROP TABLE spelled;
          DELETE FROM push_address WHERE (installation, place) IN (
            SELECT installation, place FROM (
              SELECT installation, place, first_value(installation) OVER (
                PARTITION BY service, token ORDER BY registered_at DESC, installation) AS newest
              FROM push_address)
            WHERE installation <> newest);
          """,
          """
          CREATE TABLE clock_generation(
            number INTEGER PRIMARY KEY, since TEXT NOT NULL, step TEXT NOT NULL);
          """,
          // Which organisations may use an app was not asked before: those who do go on.
          """
          CREATE TABLE app_organisation(
            app TEXT NOT NULL, organisation TEXT NOT NULL, PRIMARY KEY(app, organisation));
          INSERT INTO app_organisation
            SELECT id, publisher FROM app
            UNION SELECT app, organisation FROM installation WHERE app IN (SELECT id FROM app)
            UNION SELECT app, organisation FROM one_time_code WHERE app IN (SELECT id FROM app);
          CREATE TABLE removed_organisation(name TEXT PRIMARY KEY, at TEXT NOT NULL);
          DELETE FROM push_address WHERE installation NOT IN (SELECT installation FROM binding);
          DELETE FROM device_token WHERE installation NOT IN (SELECT installation FROM binding);
          DELETE FROM audit WHERE who LIKE 'device %';
          """,
          // a start is here until it stands
          """
          CREATE TABLE start_that_fell(
            number INTEGER PRIMARY KEY, at TEXT NOT NULL, event INTEGER NOT NULL);
          """,
          """
          CREATE TABLE event_given_up(
            event INTEGER PRIMARY KEY, organisation TEXT NOT NULL, at TEXT NOT NULL);
          CREATE INDEX event_given_up_of ON event_given_up(organisation, at, event);
          """,
          """
          CREATE TABLE event_of_start(
            start INTEGER NOT NULL, event INTEGER NOT NULL,
            PRIMARY KEY(start, event)) WITHOUT ROWID;
          INSERT INTO event_of_start(start, event)
            SELECT number, event FROM start_that_fell WHERE event > 0;
          ALTER TABLE start_that_fell DROP COLUMN event;
          """,
          // the default credential of an app and service stays where it is
          """
          CREATE TABLE named_credential(
            app TEXT NOT NULL, service TEXT NOT NULL, id TEXT NOT NULL,
            environment TEXT NOT NULL, scope TEXT NOT NULL, sealed TEXT NOT NULL,
            PRIMARY KEY(app, service, id), UNIQUE(app, service, environment, scope));
          ALTER TABLE push_address ADD COLUMN scope TEXT NOT NULL DEFAULT '';
          """,
          """
          CREATE TABLE sealed_secret(
            organisation TEXT NOT NULL, purpose TEXT NOT NULL, name TEXT NOT NULL,
            sealed TEXT NOT NULL, PRIMARY KEY(organisation, purpose, name));
          """,
          // addresses whose device lost its last user when that was erased, as hashes
          """
          CREATE TABLE erased_target(target TEXT PRIMARY KEY, up_to INTEGER NOT NULL) WITHOUT ROWID;
          """,
          // the keys of browsers' subscriptions
          """
          ALTER TABLE push_address ADD COLUMN p256dh TEXT NOT NULL DEFAULT '';
          ALTER TABLE push_address ADD COLUMN auth TEXT NOT NULL DEFAULT '';
          """,
          // what devices registered with hubs
          """
          CREATE TABLE hub_name(
            number INTEGER PRIMARY KEY, organisation TEXT NOT NULL, name TEXT NOT NULL,
            removed INTEGER NOT NULL);
          CREATE UNIQUE INDEX hub_name_in_use ON hub_name(name) WHERE removed = 0;
          CREATE INDEX hub_name_removed ON hub_name(name) WHERE removed = 1;
          CREATE INDEX hub_name_of ON hub_name(organisation);
          CREATE TABLE hub_counter(name TEXT PRIMARY KEY, last INTEGER NOT NULL);
          INSERT INTO hub_counter(name, last) VALUES('entry', 0), ('target', 0);
          CREATE TABLE hub_entry(
            number INTEGER PRIMARY KEY, hub INTEGER NOT NULL, id TEXT NOT NULL,
            kind INTEGER NOT NULL, version INTEGER NOT NULL, document BLOB NOT NULL,
            expires TEXT NOT NULL, ends INTEGER, UNIQUE(hub, id));
          CREATE INDEX hub_entry_of ON hub_entry(hub, number);
          CREATE INDEX hub_entry_ends ON hub_entry(ends) WHERE ends IS NOT NULL;
          CREATE TABLE hub_target(
            number INTEGER PRIMARY KEY, hub INTEGER NOT NULL, entry INTEGER NOT NULL,
            place INTEGER NOT NULL, target TEXT NOT NULL, line TEXT NOT NULL,
            service TEXT NOT NULL, handle BLOB NOT NULL, content BLOB NOT NULL,
            ends INTEGER, own_end INTEGER NOT NULL, UNIQUE(hub, target));
          CREATE INDEX hub_target_of ON hub_target(entry, place);
          CREATE INDEX hub_target_of_line ON hub_target(hub, line, number);
          CREATE INDEX hub_target_at ON hub_target(hub, handle);
          CREATE INDEX hub_target_ends ON hub_target(ends) WHERE own_end = 1;
          CREATE TABLE hub_tag(
            hub INTEGER NOT NULL, tag TEXT NOT NULL, line TEXT NOT NULL, target INTEGER NOT NULL,
            entry INTEGER NOT NULL, PRIMARY KEY(hub, tag, line, target)) WITHOUT ROWID;
          CREATE TABLE hub_gone(
            hub INTEGER NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY(hub, id)) WITHOUT ROWID;
          CREATE INDEX hub_gone_since ON hub_gone(since);
          """,
          """
          ALTER TABLE push_address ADD COLUMN until TEXT NOT NULL DEFAULT '';
          CREATE INDEX push_address_until ON push_address(until) WHERE until <> '';
          """,
          // how many hubs were made under each name; of those that were removed before it is not
          // known
          """
          CREATE TABLE hub_made(name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
          INSERT OR IGNORE INTO hub_made(name, last)
            SELECT identity, 1 FROM setting WHERE collection = 'hub';
          """,
          // targets for Google's older form were told by their name alone, `gcm:` in the content
          """
          ALTER TABLE hub_target ADD COLUMN format TEXT NOT NULL DEFAULT '';
          UPDATE hub_target SET format = 'gcm', line = 'fcm.gcm'
            WHERE line = 'fcm' AND substr(content, 1, 6) = x'010467636d3a';
          UPDATE hub_tag SET line = 'fcm.gcm' WHERE line = 'fcm'
            AND target IN (SELECT number FROM hub_target WHERE line = 'fcm.gcm');
          """,
          """
          CREATE TABLE hub_job(
            number INTEGER PRIMARY KEY AUTOINCREMENT, organisation TEXT NOT NULL, hub TEXT NOT NULL,
            id TEXT NOT NULL, made INTEGER NOT NULL, changed INTEGER NOT NULL,
            under_way INTEGER NOT NULL, sealed BLOB NOT NULL, progress BLOB NOT NULL,
            UNIQUE(hub, id));
          CREATE INDEX hub_job_of ON hub_job(organisation);
          """,
          """
          CREATE TABLE hub_former(
            hub INTEGER NOT NULL, target TEXT NOT NULL, handle BLOB NOT NULL, id TEXT NOT NULL,
            kind INTEGER NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY(hub, target)) WITHOUT ROWID;
          CREATE INDEX hub_former_at ON hub_former(hub, handle);
          CREATE INDEX hub_former_of ON hub_former(hub, id);
          CREATE INDEX hub_former_since ON hub_former(since);
          """,
          """
          ALTER TABLE audit ADD COLUMN origin TEXT NOT NULL DEFAULT '';
          """,
          // domains of organisations, and users' passwords with the domains that have digests
          """
          CREATE TABLE organisation_domain(
            name TEXT PRIMARY KEY, organisation TEXT NOT NULL, netbios TEXT NOT NULL,
            version INTEGER NOT NULL);
          CREATE INDEX organisation_domain_of ON organisation_domain(organisation, name);
          CREATE UNIQUE INDEX organisation_domain_netbios ON organisation_domain(netbios)
            WHERE netbios <> '';
          CREATE TABLE user_password(
            organisation TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL,
            sealed TEXT NOT NULL, PRIMARY KEY(organisation, name));
          CREATE TABLE user_realm(
            organisation TEXT NOT NULL, name TEXT NOT NULL, realm TEXT NOT NULL,
            PRIMARY KEY(organisation, name, realm)) WITHOUT ROWID;
          CREATE INDEX user_realm_of ON user_realm(organisation, realm);
          """,
          // the handles of a clearing house
          """
          CREATE TABLE handle(
            handle TEXT PRIMARY KEY, organisation TEXT NOT NULL, partner TEXT NOT NULL,
            app TEXT NOT NULL, state TEXT NOT NULL, made_at INTEGER NOT NULL,
            since INTEGER NOT NULL, why TEXT NOT NULL, secret TEXT NOT NULL,
            service TEXT NOT NULL, channel TEXT NOT NULL, scope TEXT NOT NULL,
            sandbox INTEGER NOT NULL, token TEXT NOT NULL, registered_at TEXT NOT NULL,
            p256dh TEXT NOT NULL, auth TEXT NOT NULL);
          CREATE INDEX handle_of ON handle(organisation, partner, app, handle);
          CREATE UNIQUE INDEX handle_of_token ON handle(token, service, partner, app)
            WHERE state = 'active';
          CREATE INDEX handle_over ON handle(since) WHERE state <> 'active';
          CREATE TABLE handle_claim(
            challenge TEXT PRIMARY KEY, handle TEXT NOT NULL, replaces INTEGER NOT NULL,
            became TEXT NOT NULL, organisation TEXT NOT NULL, partner TEXT NOT NULL,
            app TEXT NOT NULL, made_at INTEGER NOT NULL, until INTEGER NOT NULL,
            service TEXT NOT NULL, channel TEXT NOT NULL, scope TEXT NOT NULL,
            sandbox INTEGER NOT NULL, token TEXT NOT NULL, registered_at TEXT NOT NULL,
            p256dh TEXT NOT NULL, auth TEXT NOT NULL);
          CREATE INDEX handle_claim_of ON handle_claim(handle);
          CREATE INDEX handle_claim_token ON handle_claim(token);
          CREATE INDEX handle_claim_until ON handle_claim(until);
          CREATE INDEX handle_claim_partner ON handle_claim(organisation, partner);
          CREATE TABLE handle_count(
            organisation TEXT NOT NULL, partner TEXT NOT NULL, app TEXT NOT NULL,
            active INTEGER NOT NULL, PRIMARY KEY(organisation, partner, app)) WITHOUT ROWID;
          CREATE TABLE handle_code(
            hash TEXT PRIMARY KEY, organisation TEXT NOT NULL, partner TEXT NOT NULL,
            id TEXT NOT NULL, uses INTEGER NOT NULL, made_at INTEGER NOT NULL,
            expires INTEGER NOT NULL, UNIQUE(organisation, partner, id));
          """,
          // the pushes of partners that a clearing house has still to report
          """
          CREATE TABLE open_report(send INTEGER PRIMARY KEY, organisation TEXT NOT NULL);
          CREATE TABLE reported_up_to(one INTEGER PRIMARY KEY, up_to INTEGER NOT NULL);
          """);

  private final InstantSource clock;
  private final Database writing;
  private final ReaderPool reading;

  MainDatabase(final Path file, final InstantSource clock) {
    this.clock = clock;
    this.writing = Database.open(file, Database.Durability.FULL, STEPS);
    try {
      writing.limitLog(LARGEST_LOG);
      writing.transaction(() -> UserIdentifiers.foldAgain(writing));
      this.reading = ReaderPool.open(file, STEPS.size(), READERS);
    } catch (RuntimeException e) {
      writing.close();
      throw e;
    }
  }

  @FunctionalInterface
  interface Work<T> {
    T on(Database database) throws SQLException;
  }

  /// Changes something in one transaction; durable when it returns.
  <T> T change(final Work<T> work) {
    return writing.transaction(() -> work.on(writing));
  }

  <T> T read(final Work<T> work) {
    return reading.read(work);
  }

  /// Writes who changed what, inside the change's own transaction; what devices change is not in
  /// it.
  void audit(
      final Database database,
      final OrganisationId organisation,
      final String who,
      final String what)
      throws SQLException {
    audit(database, organisation, new SettingsStore.By(who, ""), what);
  }

  /// The same with the address that the change was asked from.
  void audit(
      final Database database,
      final OrganisationId organisation,
      final SettingsStore.By by,
      final String what)
      throws SQLException {
    if (Registry.isDevice(by.who())) {
      return;
    }
    database.update(
        "INSERT INTO audit(organisation, at, who, origin, what) VALUES(?,?,?,?,?)",
        organisation.value(),
        clock.instant().toString(),
        by.who(),
        by.from(),
        what);
  }

  Instant now() {
    return clock.instant();
  }

  /// Moves what the log holds into the file. Under writes without a pause the log would never be
  /// begun anew; when it is too large the writer waits for one checkpoint.
  void checkpoint() {
    moveLog();
    if (writing.logSize() > LARGEST_LOG) {
      writing.locked(this::moveLog);
    }
  }

  private boolean moveLog() {
    return reading.read(database -> {
      database.checkpoint();
      return true;
    });
  }

  static String json(final Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain maps and lists always have JSON", e);
    }
  }

  static Map<String, String> texts(final String json) {
    return parse(json, new TypeReference<TreeMap<String, String>>() {});
  }

  static Map<String, List<String>> lists(final String json) {
    return parse(json, new TypeReference<TreeMap<String, List<String>>>() {});
  }

  private static <T> T parse(final String json, final TypeReference<T> as) {
    try {
      return JSON.readValue(json, as);
    } catch (JsonProcessingException e) {
      throw new StoreException(
          "reveille.db holds a value that is not JSON: " + e.getOriginalMessage() + ".",
          "Undo manual changes to the file.",
          e);
    }
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }
}
