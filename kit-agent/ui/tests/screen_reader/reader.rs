//! A screen reader's view: the tree of AT-SPI, walked over D-Bus (interfaces of at-spi2-core 2.46, `xml/`).

use std::time::{Duration, Instant};

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::OwnedObjectPath;

/// A window is there within this, also on a busy machine.
const SOON: Duration = Duration::from_mins(1);
/// How often the tree is walked while something is awaited.
const LOOK: Duration = Duration::from_millis(200);
/// `ATSPI_ROLE_PUSH_BUTTON`.
const PUSH_BUTTON: u32 = 43;
/// No screen is nested deeper, or has more on it.
const MOST: usize = 2000;

/// Something that a screen reader can read or press.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) name: String,
    /// As `atspi-constants.h` numbers it.
    pub(crate) role: u32,
    at: (String, OwnedObjectPath),
}

impl Thing {
    pub(crate) fn is_button(&self) -> bool {
        self.role == PUSH_BUTTON
    }
}

/// Connected to the accessibility bus of one session.
pub(crate) struct Reader {
    bus: Connection,
    // Asked for the accessibility bus, and kept: readers stay on the session bus, too.
    _session: Connection,
}

impl Reader {
    /// Says on the session bus that a screen reader is there, as Orca does.
    pub(crate) fn new(session_bus: &str) -> Self {
        let session = connect(session_bus);
        let launcher = |interface| Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", interface).unwrap();
        let address: String = launcher("org.a11y.Bus").call("GetAddress", &()).unwrap();
        launcher("org.a11y.Status")
            .set_property("IsEnabled", true)
            .unwrap();
        Self {
            bus: connect(&address),
            _session: session,
        }
    }

    /// The thing of this name, as soon as it is there.
    #[expect(
        clippy::disallowed_methods,
        reason = "no bus tells when a program's whole tree is there: the tree itself is looked at"
    )]
    pub(crate) fn wait_for(&mut self, name: &str) -> Thing {
        let begun = Instant::now();
        loop {
            let all = self.everything();
            if let Some(found) = all.iter().find(|thing| thing.name == name) {
                return found.clone();
            }
            assert!(begun.elapsed() < SOON, "no \"{name}\" in {all:#?}");
            std::thread::sleep(LOOK);
        }
    }

    /// All that is on the desktop. What goes away while it is read is left out.
    pub(crate) fn everything(&self) -> Vec<Thing> {
        let root = OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").unwrap();
        let mut open = vec![("org.a11y.atspi.Registry".to_owned(), root)];
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            assert!(found.len() < MOST, "the tree does not end");
            open.extend(self.children(&at));
            found.extend(self.thing(at));
        }
        found
    }

    /// Presses it by its first action, the default one.
    pub(crate) fn press(&self, thing: &Thing) {
        let action = self.interface(&thing.at, "org.a11y.atspi.Action").unwrap();
        let done: bool = action.call("DoAction", &(0_i32)).unwrap();
        assert!(done, "{thing:?} cannot be pressed");
    }

    fn children(&self, at: &(String, OwnedObjectPath)) -> Vec<(String, OwnedObjectPath)> {
        let accessible = self.interface(at, "org.a11y.atspi.Accessible");
        accessible
            .and_then(|it| it.call("GetChildren", &()))
            .unwrap_or_default()
    }

    fn thing(&self, at: (String, OwnedObjectPath)) -> Option<Thing> {
        let accessible = self.interface(&at, "org.a11y.atspi.Accessible").ok()?;
        let name = accessible.get_property("Name").ok()?;
        let role = accessible.call("GetRole", &()).ok()?;
        drop(accessible);
        Some(Thing { name, role, at })
    }

    fn interface<'a>(
        &self,
        at: &'a (String, OwnedObjectPath),
        interface: &'static str,
    ) -> zbus::Result<Proxy<'a>> {
        zbus::blocking::proxy::Builder::new(&self.bus)
            .destination(at.0.as_str())?
            .path(&at.1)?
            .interface(interface)?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
    }
}

fn connect(address: &str) -> Connection {
    let builder = Builder::address(address).unwrap();
    builder.method_timeout(Duration::from_secs(10)).build().unwrap()
}
