package dev.reveille.routing.port;

import dev.reveille.model.DomainName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Password;
import dev.reveille.model.Secret;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.SettingsStore.By;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Passwords in clear, in memory: for tests alone. Thread-safe.
public final class MemoryUserPasswords implements UserPasswords {
  private record Known(Password password, PasswordState state) {}

  private final Map<UserId, Known> all = new ConcurrentHashMap<>();
  private final Registry registry;
  private final OrganisationDomains domains;
  private final InstantSource clock;

  public MemoryUserPasswords(
      final Registry registry, final OrganisationDomains domains, final InstantSource clock) {
    this.registry = registry;
    this.domains = domains;
    this.clock = clock;
    registry.onChange(change -> {
      if (change instanceof Registry.Change.UserChanged(var user)
          && registry.user(user).isEmpty()) {
        all.remove(user);
      }
    });
  }

  @Override
  public Optional<PasswordState> set(final UserId user, final Password password, final By by) {
    if (registry.user(user).isEmpty()) {
      return Optional.empty();
    }
    final var state = new PasswordState(clock.instant(), domains.domainsOf(user.organisation()));
    all.put(user, new Known(password, state));
    return Optional.of(state);
  }

  @Override
  public boolean remove(final UserId user, final By by) {
    return all.remove(user) != null;
  }

  @Override
  public Optional<PasswordState> state(final UserId user) {
    return Optional.ofNullable(all.get(user)).map(Known::state);
  }

  @Override
  public Verdict verify(final UserId user, final Password password) {
    final var known = all.get(user);
    return known != null && known.password().text().equals(password.text())
        ? Verdict.RIGHT
        : Verdict.WRONG;
  }

  @Override
  public Optional<Secret> ha1(final UserId user, final String realm, final Algorithm algorithm) {
    final var known = all.get(user);
    return known == null
            || known.state().realms().stream().noneMatch(name -> name.value().equals(realm))
            || domains.domainsOf(user.organisation()).stream()
                .noneMatch(name -> name.value().equals(realm))
        ? Optional.empty()
        : Optional.of(
            Secret.of(hash(algorithm, user.name() + ":" + realm + ":" + known.password().text())));
  }

  private static String hash(final Algorithm algorithm, final String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm.token())
                  .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public long without(final OrganisationId organisation, final DomainName domain) {
    return all.entrySet().stream()
        .filter(each -> each.getKey().organisation().equals(organisation))
        .filter(each -> !each.getValue().state().realms().contains(domain))
        .count();
  }
}
