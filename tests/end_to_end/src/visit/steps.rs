//! What people do in a visit, with real taps on the kit's screen: the care worker's part, and the patient's.

use std::time::Duration;

use anyhow::Result;

use super::buttons::{
    BANK_ID_ROW, CANCEL, CHECK_OUT, CLEAN, CLEANING_ROWS, CODE_KEYS, END_BUTTON, GATE_ANSWERS, GOOD,
    HELP_BUTTON, JOIN_BUTTON, NEXT, PACKING_ROWS, PAGE, SIGN, STAFF_KEY, STAFF_ROW, Spot, TAKE_OUT, VOUCHED,
    YES_END,
};
use super::{Place, SOON};

/// A little longer than the screen ignores a second touch.
const REST: Duration = Duration::from_millis(600);

impl Place {
    /// The care worker's part, from a clean kit on the shelf to the patient's tile: checks out, passes the gates.
    pub async fn prepare(&mut self) -> Result<()> {
        self.check_out().await?;
        self.pass_gates().await
    }

    /// A kit that was not cleaned since its last visit is, and this is signed.
    pub async fn clean(&self) -> Result<()> {
        self.tap_to("ready", CLEAN, "cleaning").await?;
        for row in CLEANING_ROWS {
            self.tap_and_see(row).await?;
        }
        self.tap_to("cleaning", SIGN, "ready").await
    }

    /// A clean kit on its shelf is taken out for the booked visit.
    pub async fn check_out(&self) -> Result<()> {
        self.take_out().await?;
        self.pack().await
    }

    /// "Hämta ut", once there is something to take the kit out for.
    pub async fn take_out(&self) -> Result<()> {
        self.kit
            .until("the booking", 0, SOON, |line| {
                line["data"]["acts"][0] == "CheckOut"
            })
            .await?;
        self.rest().await;
        self.display.tap(TAKE_OUT.0, TAKE_OUT.1).await
    }

    /// The packing list, until the kit leaves.
    pub async fn pack(&self) -> Result<()> {
        self.pack_from("check_out", "tile").await
    }

    /// As [`Place::pack`], to another screen of the patient's.
    pub async fn pack_from(&self, screen: &str, then: &str) -> Result<()> {
        self.kit.shows(screen, SOON).await?;
        for row in PACKING_ROWS {
            self.tap_and_see(row).await?;
        }
        self.tap_to(screen, CHECK_OUT, then).await
    }

    /// The shift's code is chosen: typed, and typed again.
    pub async fn choose_code(&self) -> Result<()> {
        self.type_code().await?;
        self.kit
            .until("the code once more", 0, SOON, |line| {
                line["data"]["sentence"] == "RepeatCode"
            })
            .await?;
        self.type_code().await?;
        self.kit.shows("check_out", SOON).await.map(drop)
    }

    /// The patient chooses BankID through the portal, whose page then stands in the frame.
    pub async fn choose_portal(&self) -> Result<()> {
        let from = self.kit.now()?;
        self.tap_to("identify", BANK_ID_ROW, "portal").await?;
        self.page_shown(from).await
    }

    /// Waits for a page in the frame, from this place of the journal on.
    pub async fn page_shown(&self, from: usize) -> Result<()> {
        self.kit
            .until("a page in the frame", from, SOON, |line| {
                line["event"] == "browser_shown"
            })
            .await
            .map(drop)
    }

    /// One tap in the middle of the page in the frame.
    pub async fn tap_page(&self) -> Result<()> {
        self.display.tap(PAGE.0, PAGE.1).await
    }

    /// "Avbryt" under the page in the frame. A page that comes quickly finds the screen still resting from the tap before.
    pub async fn cancel_page(&self) -> Result<()> {
        self.rest().await;
        self.display.tap(CANCEL.0, CANCEL.1).await
    }

    /// The shift's code, and every question answered so that the meeting can be held.
    pub async fn pass_gates(&self) -> Result<()> {
        self.pass_gates_from(0).await
    }

    /// As [`Place::pass_gates`], where the first questions are answered already.
    pub async fn pass_gates_from(&self, first: usize) -> Result<()> {
        self.open_gates().await?;
        self.answer_from(first).await
    }

    async fn answer_from(&self, first: usize) -> Result<()> {
        for answer in &GATE_ANSWERS[first..] {
            let answer = *answer;
            self.tap_and_see(answer).await?;
        }
        self.kit.shows("tile", SOON).await?;
        self.rest().await;
        Ok(())
    }

    /// From the patient's tile to the questions, by the shift's code.
    pub async fn open_gates(&self) -> Result<()> {
        self.open_gates_from("tile", STAFF_KEY).await
    }

    async fn open_gates_from(&self, screen: &str, key: Spot) -> Result<()> {
        self.tap_to(screen, key, "key_pad").await?;
        self.type_code().await?;
        self.kit.shows("gates", SOON).await.map(drop)
    }

    /// "Personalen intygar", the first of the two ways; then every question.
    pub async fn staff_vouch(&self) -> Result<()> {
        self.open_gates_from("identify", STAFF_ROW).await?;
        self.tap_and_see(VOUCHED).await?;
        self.answer_from(1).await
    }

    /// The care worker's side of the running meeting: help, the key in its bar, the shift's code.
    pub async fn open_staff_panel(&self) -> Result<()> {
        self.tap_to("meeting", HELP_BUTTON, "help").await?;
        self.tap_to("help", STAFF_KEY, "key_pad").await?;
        self.type_code().await?;
        self.kit.shows("staff_panel", SOON).await.map(drop)
    }

    /// Once the keys are to be seen: a tap before that would be the screen before's.
    async fn type_code(&self) -> Result<()> {
        self.rest().await;
        for key in CODE_KEYS {
            self.display.tap(key.0, key.1).await?;
        }
        Ok(())
    }

    /// The patient's one tap.
    pub async fn join(&self) -> Result<()> {
        self.display.tap(JOIN_BUTTON.0, JOIN_BUTTON.1).await
    }

    /// The patient ends the meeting: "Avsluta", then "Ja".
    pub async fn leave(&self) -> Result<()> {
        self.rest().await;
        self.display.tap(END_BUTTON.0, END_BUTTON.1).await?;
        self.kit.shows("end_question", SOON).await?;
        self.tap_to("end_question", YES_END, "summary").await
    }

    /// From the summary to "Inget sparas på plattan."
    pub async fn rate_and_wipe(&self) -> Result<()> {
        self.tap_to("summary", NEXT, "recap").await?;
        self.tap_to("recap", NEXT, "rating").await?;
        self.rest().await;
        self.display.tap(GOOD.0, GOOD.1).await?;
        self.kit
            .until("the receipt", 0, SOON, |line| {
                line["event"] == "screen" && !line["data"]["sentence"]["NothingLeft"].is_null()
            })
            .await
            .map(drop)
    }

    /// On `screen`, one tap that leads to the screen `then`.
    async fn tap_to(&self, screen: &str, place: Spot, then: &str) -> Result<()> {
        self.kit.shows(screen, SOON).await?;
        self.rest().await;
        self.display.tap(place.0, place.1).await?;
        self.kit.shows(then, SOON).await.map(drop)
    }

    /// One tap that changes what can be done, on the same screen or the next.
    pub async fn tap_and_see(&self, place: Spot) -> Result<()> {
        self.rest().await;
        let from = self.kit.now()?;
        self.display.tap(place.0, place.1).await?;
        self.kit
            .until("an effect of the tap", from, SOON, |line| {
                line["event"] == "screen"
            })
            .await
            .map(drop)
    }

    /// The screen ignores a second touch for 500 ms, so a person waits that long, too.
    pub async fn rest(&self) {
        tokio::time::sleep(REST).await;
    }
}
