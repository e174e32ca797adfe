//! The server's closed lists are written as the wire's are: each member has one name, there, in the database and in the text files.

pub(crate) use fleet_api::closed_list;
