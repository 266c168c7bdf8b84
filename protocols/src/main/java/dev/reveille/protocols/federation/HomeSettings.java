package dev.reveille.protocols.federation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.reveille.model.DomainName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SettingsSource;
import dev.reveille.routing.settings.SettingsCatalogue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// What an edge follows: the domains of the organisations at home, and what is set there in the
/// collections that an edge acts on. Defaults are not in it. Immutable.
///
/// @param domains in the order of organisations and names
/// @param objects in the order of organisations, collections and identities
public record HomeSettings(List<Owned> domains, List<Setting> objects) {
  /// The collections that an edge acts on.
  static final List<String> COLLECTIONS =
      List.of(
          SettingsCatalogue.ACCESS_EDGE,
          SettingsCatalogue.HOSTING_PROVIDERS,
          SettingsCatalogue.ALLOWED_DOMAINS,
          SettingsCatalogue.BLOCKED_DOMAINS);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 32 << 20;

  /// A domain and whose it is.
  public record Owned(OrganisationId organisation, DomainName name) {}

  public HomeSettings {
    domains = List.copyOf(domains);
    objects = List.copyOf(objects);
  }

  /// What holds now for the organisations that have a domain; reads the disk.
  public static HomeSettings read(
      final List<OrganisationId> organisations,
      final OrganisationDomains domains,
      final SettingsSource settings) {
    final var owned = new ArrayList<Owned>();
    final var objects = new ArrayList<Setting>();
    for (final var organisation :
        organisations.stream().sorted((a, b) -> a.value().compareTo(b.value())).toList()) {
      final var names = domains.domainsOf(organisation);
      if (!names.isEmpty()) {
        names.forEach(name -> owned.add(new Owned(organisation, name)));
        COLLECTIONS.forEach(collection -> objects.addAll(settings.all(organisation, collection)));
      }
    }
    return new HomeSettings(owned, objects);
  }

  /// As JSON, compressed (RFC 1952). The same settings have the same bytes.
  byte[] bytes() {
    final var json = JSON.createObjectNode();
    final var names = json.putArray("domains");
    domains.forEach(each ->
        names
            .addObject()
            .put("organisation", each.organisation.value())
            .put("name", each.name.value()));
    final var all = json.putArray("objects");
    for (final var each : objects) {
      final var object =
          all.addObject()
              .put("organisation", each.organisation().value())
              .put("collection", each.collection())
              .put("identity", each.identity());
      final var values = object.putObject("values");
      new TreeMap<>(each.values())
          .forEach((name, texts) -> {
            final ArrayNode array = values.putArray(name);
            texts.forEach(array::add);
          });
    }
    final var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(JSON.writeValueAsBytes(json));
    } catch (final JsonProcessingException e) {
      throw new IllegalStateException("texts always have JSON", e);
    } catch (final IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /// What [#bytes] wrote.
  ///
  /// @throws IllegalArgumentException for other bytes, and for more than 32 MiB of JSON
  static HomeSettings of(final byte[] bytes) {
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      final byte[] text = unzipped.readNBytes(MOST_BYTES + 1);
      if (text.length > MOST_BYTES) {
        throw new IllegalArgumentException("the settings have more than 32 MiB");
      }
      final var json = JSON.readTree(text);
      final var domains = new ArrayList<Owned>();
      json.path("domains")
          .forEach(each ->
              domains.add(
                  new Owned(organisation(each), DomainName.of(each.path("name").asText()))));
      final var objects = new ArrayList<Setting>();
      json.path("objects").forEach(each -> objects.add(object(each)));
      return new HomeSettings(domains, objects);
    } catch (final IOException malformed) {
      throw new IllegalArgumentException("the settings cannot be read", malformed);
    }
  }

  private static OrganisationId organisation(final JsonNode json) {
    return new OrganisationId(json.path("organisation").asText());
  }

  private static Setting object(final JsonNode json) {
    final Map<String, List<String>> values = new TreeMap<>();
    json.path("values")
        .properties()
        .forEach(entry -> {
          final var texts = new ArrayList<String>();
          entry.getValue().forEach(text -> texts.add(text.asText()));
          values.put(entry.getKey(), texts);
        });
    return new Setting(
        organisation(json),
        json.path("collection").asText(),
        json.path("identity").asText(),
        1,
        values);
  }

  /// Names these bytes: the same for the same settings.
  static String revision(final byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 32);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  /// For the log.
  @Override
  public String toString() {
    return domains.size() + " domains and " + objects.size() + " objects";
  }
}
