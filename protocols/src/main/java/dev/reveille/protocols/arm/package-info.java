/// Azure Resource Manager, as far as it makes, shows and changes what this server has:
/// communication resources and their link to a hub, namespaces, hubs and their policies.
///
/// [ArmApi] is the front: it knows who asks, the versions and the form of errors; what each type of
/// resource does stands in a class of its own and is added there.
@NullMarked
package dev.reveille.protocols.arm;

import org.jspecify.annotations.NullMarked;
