//! Between frozen audiences and what the columns hold.

use pregon_core::{CampaignRecord, Cursor, CustomerId, FrozenId, FrozenMember, Page, Profile};

use super::flaw::Flaw;

/// The number of an audience. One that no store gave is that of no audience.
pub(crate) fn number(of: FrozenId) -> Result<i64, Flaw> {
    i64::try_from(of.number()).map_err(|_| Flaw::Unkeepable("an audience of this number"))
}

/// The audience of a number.
pub(crate) fn id(number: i64) -> Result<FrozenId, Flaw> {
    let number = u64::try_from(number).map(FrozenId::new);
    number.map_err(|_| Flaw::Damaged("an audience has a number below zero"))
}

/// The numbers of the audiences that a campaign names.
pub(crate) fn named(record: &CampaignRecord) -> Result<Vec<i64>, Flaw> {
    let frozen = record.frozen().values();
    frozen.map(|frozen| number(frozen.id)).collect()
}

/// The profile of a member as JSON; none where no values are kept.
pub(crate) fn profile(of: &FrozenMember) -> Result<Option<String>, Flaw> {
    let profile = Some(&of.profile).filter(|profile| !profile.is_empty());
    let json = profile.map(serde_json::to_string).transpose();
    json.map_err(|_| Flaw::Unkeepable("a profile that is no JSON"))
}

/// The member of a name and a profile.
pub(crate) fn member(customer: String, profile: Option<&str>) -> Result<FrozenMember, Flaw> {
    let customer = CustomerId::new(customer);
    let customer = customer.map_err(|_| Flaw::Damaged("a member has no name"))?;
    let profile = profile.map_or(Ok(Profile::default()), serde_json::from_str);
    // The cause could quote what the profile says, so it stays here.
    let profile = profile.map_err(|_| Flaw::Damaged("a member's profile cannot be read"))?;
    Ok(FrozenMember { customer, profile })
}

/// The name after which a page begins.
pub(crate) fn after(cursor: Option<&Cursor>) -> Result<String, Flaw> {
    let id = cursor.map(|cursor| CustomerId::new(cursor.as_str()));
    let id = id.transpose().map_err(|_| Flaw::Cursor)?;
    // No id is empty, so all come after this.
    Ok(id.map_or_else(String::new, String::from))
}

/// A page of the rows that a statement brought: one more than the limit where there are more.
pub(crate) fn page<R, E>(
    rows: &[R],
    limit: u32,
    member: impl Fn(&R) -> Result<FrozenMember, E>,
) -> Result<Page<FrozenMember>, E> {
    let (these, more) = rows.split_at(rows.len().min(limit as usize));
    let items: Vec<FrozenMember> = these.iter().map(member).collect::<Result<_, E>>()?;
    let last = items.last().filter(|_| !more.is_empty());
    let next = last.map(|member| Cursor::new(member.customer.as_str()));
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &&str) -> Result<FrozenMember, Flaw> {
        member((*name).to_owned(), None)
    }

    #[test]
    fn a_page_reads_no_row_beyond_its_limit() {
        let all = page(&["A", "B"], 2, read).unwrap();
        assert_eq!((all.items.len(), all.next), (2, None));
        // The row that only says that there is more would not pass.
        let some = page(&["A", "B", ""], 2, read).unwrap();
        let next = some.next.unwrap();
        assert_eq!((some.items.len(), next.as_str()), (2, "B"));
        assert_eq!(after(Some(&next)), Ok("B".to_owned()));
        assert_eq!(after(None), Ok(String::new()));
        assert_eq!(after(Some(&Cursor::new(""))), Err(Flaw::Cursor));
        assert!(page(&["A", ""], 2, read).is_err());
    }
}
