package dev.reveille.push.fcm;

import dev.reveille.model.PushAddress;
import dev.reveille.push.app.KnownApps;
import java.util.Map;

/// The credentials of one app in the sender for Google, one for each of its projects. Immutable.
final class FcmProjects implements KnownApps.Known<FcmAccount> {
  private final FcmApp usual;
  private final Map<String, FcmApp> named;
  private final FcmApp none;
  private final boolean lasting;

  /// @param usual for addresses that say no project
  /// @param named by the project that they are for
  /// @param none for addresses of a project of which there is no credential
  /// @param lasting false when it was our own failure that nothing is known
  FcmProjects(
      final FcmApp usual,
      final Map<String, FcmApp> named,
      final FcmApp none,
      final boolean lasting) {
    this.usual = usual;
    this.named = Map.copyOf(named);
    this.none = none;
    this.lasting = lasting;
  }

  /// The credential for an address. One of another project is never tried: Google would refuse the
  /// address, which is right.
  FcmApp of(final PushAddress.Direct address) {
    final var project = address.scope();
    if (project.isEmpty()) {
      return usual;
    }
    return named.getOrDefault(project, usual.isOf(project) ? usual : none);
  }

  @Override
  public boolean isLasting() {
    return lasting;
  }

  @Override
  public boolean uses(final FcmAccount account) {
    return usual.uses(account) || named.values().stream().anyMatch(each -> each.uses(account));
  }

  /// An app for whose addresses one state holds, whatever their project.
  static FcmProjects always(final FcmApp state, final boolean lasting) {
    return new FcmProjects(state, Map.of(), state, lasting);
  }
}
