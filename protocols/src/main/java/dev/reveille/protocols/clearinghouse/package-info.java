/// The clearing house: takes pushes of partners to handles, has them sent by the platforms'
/// senders, and reports what became of them.
///
/// [dev.reveille.protocols.clearinghouse.PushRequests] is the front class.
@NullMarked
package dev.reveille.protocols.clearinghouse;

import org.jspecify.annotations.NullMarked;
