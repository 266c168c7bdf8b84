package dev.reveille.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.reveille.http.routes.SpellingSuggestion;
import dev.reveille.model.FileText;
import dev.reveille.server.Configuration.Devices;
import dev.reveille.server.Configuration.Limits;
import dev.reveille.server.Configuration.Listener;
import dev.reveille.server.Configuration.Listeners;
import dev.reveille.server.Configuration.Live;
import dev.reveille.server.Configuration.Routing;
import dev.reveille.server.Configuration.Store;
import dev.reveille.server.Configuration.Trial;
import dev.reveille.server.Configuration.Wrong;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a [Configuration] from its file, and puts the defaults in the place of what the file
/// leaves out.
final class ConfigurationFile {
  /// Former keys, by the end of their path, and what they are called now.
  private static final Map<String, String> RENAMED =
      Map.of(
          "live.patience", "acknowledgement-timeout",
          "routing.most-in-heap", "max-queued-events",
          "routing.most-in-flight", "max-in-flight",
          "routing.most-waiting", "max-deferred");

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .withConfigOverride(
              List.class,
              lists -> lists.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
          .build();

  /// What the file may leave out.
  private record Written(
      @Nullable WrittenListeners listeners,
      @Nullable WrittenStore store,
      @Nullable WrittenLive live,
      @Nullable WrittenDevices devices,
      @Nullable PushConfiguration push,
      @Nullable WrittenRouting routing,
      @Nullable WrittenLimits limits,
      @Nullable WrittenTrial trial,
      @Nullable List<String> roles,
      @Nullable FederationConfiguration federation) {}

  private record WrittenTrial(@Nullable Integer timeScale) {}

  private record WrittenLimits(
      @Nullable Integer eventsPerSecond,
      @Nullable Integer registrationsPerMinute,
      @Nullable Integer connectionsPerAddress,
      @Nullable Integer handshakesPerAddress) {}

  private record WrittenListeners(
      @Nullable Listener api,
      @Nullable Listener devices,
      @Nullable Listener metrics,
      @Nullable CommonPort common) {}

  private record WrittenStore(
      @Nullable Path directory,
      @Nullable Duration retention,
      @Nullable Duration auditRetention,
      @JsonProperty("disk-floor-mib") @Nullable Long diskFloorMib) {}

  private record WrittenLive(@Nullable Duration acknowledgementTimeout, @Nullable Duration drain) {}

  private record WrittenDevices(@Nullable List<String> origins, @Nullable Boolean demoPage) {}

  private record WrittenRouting(
      @Nullable Integer maxQueuedEvents,
      @Nullable Integer urgentReserve,
      @Nullable Integer maxInFlight,
      @Nullable Long maxDeferred) {}

  private ConfigurationFile() {}

  /// Reads a file, or takes the defaults where there is none.
  static Configuration load(final @Nullable Path file) {
    final var written = file == null ? null : read(file);
    return of(
        written == null
            ? new Written(null, null, null, null, null, null, null, null, null, null)
            : written);
  }

  private static @Nullable Written read(final Path file) {
    try {
      final var text = FileText.read(file);
      return text.isBlank() ? null : YAML.readValue(text, Written.class);
    } catch (final UnrecognizedPropertyException unknown) {
      throw new Wrong(
          file
              + ": unknown key "
              + path(unknown)
              + suggestion(unknown)
              + "; correct or remove it.");
    } catch (final JsonMappingException wrong) {
      if (wrong.getCause() instanceof Wrong said) {
        throw new Wrong(file + ": " + said.getMessage());
      }
      throw new Wrong(
          file + ": " + (path(wrong).isEmpty() ? "" : path(wrong) + ": ") + YamlError.of(wrong));
    } catch (final NoSuchFileException missing) {
      throw new Wrong(file + ": there is no such file");
    } catch (final JsonProcessingException unreadable) {
      throw new Wrong(file + ": " + YamlError.of(unreadable) + "; correct the file.");
    } catch (final IOException unreadable) {
      throw new Wrong(
          file + " cannot be read: " + String.valueOf(unreadable.getMessage()) + "; check it.");
    }
  }

  private static String path(final JsonMappingException wrong) {
    return wrong.getPath().stream()
        .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String suggestion(final UnrecognizedPropertyException unknown) {
    for (final var renamed : RENAMED.entrySet()) {
      if (("." + path(unknown)).endsWith("." + renamed.getKey())) {
        return " (it was renamed to " + renamed.getValue() + ")";
      }
    }
    final var known = unknown.getKnownPropertyIds().stream().map(String::valueOf).toList();
    return known.isEmpty()
        ? ""
        : " (" + SpellingSuggestion.hint(unknown.getPropertyName(), known) + ")";
  }

  private static Configuration of(final Written written) {
    final var listeners =
        written.listeners != null
            ? written.listeners
            : new WrittenListeners(null, null, null, null);
    final var store =
        written.store != null ? written.store : new WrittenStore(null, null, null, null);
    final var live = written.live != null ? written.live : new WrittenLive(null, null);
    final var routing =
        written.routing != null ? written.routing : new WrittenRouting(null, null, null, null);
    final var limits =
        written.limits != null ? written.limits : new WrittenLimits(null, null, null, null);
    final var configuration =
        new Configuration(
            new Listeners(
                listener(listeners.api, 8443, true),
                listener(listeners.devices, 9443, false),
                listener(listeners.metrics, 9090, false),
                listeners.common),
            new Store(
                or(store.directory, Path.of("data")),
                or(store.retention, Duration.ofDays(30)),
                or(store.auditRetention, Duration.ofDays(400)),
                or(store.diskFloorMib, 256L)),
            new Live(
                or(live.acknowledgementTimeout, Duration.ofSeconds(2)),
                or(live.drain, Duration.ofSeconds(5))),
            new Devices(
                written.devices == null ? List.of() : or(written.devices.origins, List.of()),
                written.devices != null && or(written.devices.demoPage, false)),
            or(written.push, PushConfiguration.NONE),
            new Routing(
                or(routing.maxQueuedEvents, 20_000),
                or(routing.urgentReserve, 5_000),
                or(routing.maxInFlight, 50_000),
                or(routing.maxDeferred, 5_000_000L)),
            new Limits(
                or(limits.eventsPerSecond, 200_000),
                or(limits.registrationsPerMinute, 300),
                limits.connectionsPerAddress,
                or(limits.handshakesPerAddress, 100)),
            new Trial(written.trial == null ? 1 : or(written.trial.timeScale, 1)),
            Role.read(written.roles),
            written.federation,
            null);
    configuration.check();
    return configuration;
  }

  private static Listener listener(
      final @Nullable Listener written, final int port, final boolean http2) {
    final var standard = new Listener(Configuration.HERE, port, null, null, http2, null);
    return written == null ? standard : written.or(standard);
  }

  static <T> T or(final @Nullable T written, final T standard) {
    return written != null ? written : standard;
  }
}
