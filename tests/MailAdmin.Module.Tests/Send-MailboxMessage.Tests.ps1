Describe 'Send-MailboxMessage' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox, $alice = (Get-MailAdminContext).Sandbox.Mailbox[0, 1]
        $app = New-MailAppRegistration -Name 'Sender' -ApplicationPermission Graph/Mail.Send, Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $file = Join-Path $TestDrive 'note.txt'
        Set-Content $file 'attached'

        function Get-Arrived($Subject) {
            Get-MailSandboxMessage -Mailbox $alice -Folder Inbox | Where-Object Subject -EQ $Subject
        }
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'sends to, cc, bcc and reply-to, and tells what it sent' {
        $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To "Alice <$alice>; bob@contoso.onmicrosoft.com" -Cc c@x.example -Bcc d@x.example `
            -ReplyTo replies@x.example -Subject 'Grüße' -Body 'text' -Importance High -Attachment $file
        $sent.To | ForEach-Object Address | Should -Be $alice, 'bob@contoso.onmicrosoft.com'
        $sent | Out-String -Width 200 | Should -Match "$mailbox\s+$alice, bob.*\sGrüße\s+1"
        $sent.To[0].Name | Should -Be Alice
        $sent.Cc[0].Address, $sent.Bcc[0].Address, $sent.ReplyTo[0].Address | Should -Be 'c@x.example', 'd@x.example', 'replies@x.example'
        $sent.Change | Should -Be Created
        $sent.SavedToSentItems | Should -BeTrue
        $sent.Attachment[0].Path | Should -Be $file
        $arrived = $app | Get-MailboxMessage -Mailbox $alice -Subject 'Grüße' -Body -Attachment
        $arrived.TextBody.Trim() | Should -Be text
        $arrived.Importance | Should -Be High
        $arrived.ReplyTo[0].Address | Should -Be replies@x.example
        $arrived.Bcc | Should -BeNullOrEmpty
        $arrived.Attachment.Name | Should -Be note.txt
        @(Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Sent Items').Subject | Should -Contain 'Grüße'
    }

    It 'sends a message for each row of a CSV file, empty cells included' {
        $csv = @"
To,Cc,Subject,Body,HtmlBody,Attachment,ReplyTo,From,Importance,SaveToSentItems
$alice,,First,Hello,,,,,Low,False
"$alice, bob@contoso.onmicrosoft.com",x@x.example,Second,,<p>Hello</p>,$file,replies@x.example,,High,true
$alice,,Third,,,,,,,
"@ | ConvertFrom-Csv
        $sent = @($csv | Send-MailboxMessage -App $app -Mailbox $mailbox)
        $sent.Subject | Should -Be First, Second, Third
        $sent.Importance | Should -Be Low, High, Normal
        $sent.SavedToSentItems | Should -Be $false, $true, $true
        $sent[1].To | Should -HaveCount 2
        $sent[1].Attachment | Should -HaveCount 1
        Get-Arrived First | Should -HaveCount 1
        Get-Arrived Second | Should -HaveCount 1
    }

    It 'sends from the mailbox that a row names' {
        $rows = [pscustomobject]@{ Mailbox = 'bob@contoso.onmicrosoft.com'; To = $alice; Subject = 'from bob' },
            [pscustomobject]@{ Mailbox = $mailbox; To = $alice; Subject = 'from invoices' }
        $sent = @($rows | Send-MailboxMessage -App $app)
        $sent.Mailbox | Should -Be 'bob@contoso.onmicrosoft.com', $mailbox
        (Get-Arrived 'from bob').From.Address | Should -Be bob@contoso.onmicrosoft.com
    }

    It 'sends a file for each that is piped' {
        Set-Content (Join-Path $TestDrive 'second.txt') 'x'
        $sent = @(Get-ChildItem $TestDrive -Filter *.txt | Send-MailboxMessage -App $app -Mailbox $mailbox -To $alice -Subject 'a file')
        $sent.Attachment.Name | Sort-Object | Should -Be note.txt, second.txt
        Get-Arrived 'a file' | Should -HaveCount 2
    }

    It 'shows inline attachments within the HTML' {
        # A PNG of one pixel: only pictures are shown within the HTML.
        $picture = Join-Path $TestDrive 'logo.png'
        [IO.File]::WriteAllBytes($picture, [Convert]::FromBase64String('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='))
        $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $alice -Subject inline -HtmlBody '<img src="cid:logo">' -InlineAttachment @{ logo = $picture }
        $sent.Attachment[0].ContentId | Should -Be logo
        $arrived = $app | Get-MailboxMessage -Mailbox $alice -Subject inline -Attachment -Body
        $arrived.Attachment[0].IsInline | Should -BeTrue
        $arrived.HtmlBody | Should -Be '<img src="cid:logo">'
    }

    It 'sends large attachments, and leaves no draft' {
        $large = Join-Path $TestDrive 'large.bin'
        $bytes = [byte[]]::new(5MB)
        [Random]::new(5).NextBytes($bytes)
        [IO.File]::WriteAllBytes($large, $bytes)
        $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $alice -Subject large -Attachment $large, $file
        $sent.Id | Should -BeExactly (Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Sent Items').Id
        Get-MailSandboxMessage -Mailbox $mailbox -Folder Drafts | Should -BeNullOrEmpty
        $received = $app | Receive-MailboxMessage -Mailbox $alice -Destination (Join-Path $TestDrive in) -SaveAttachment | Where-Object Subject -EQ large
        (Get-FileHash $received.Attachment[0].Path).Hash | Should -Be (Get-FileHash $large).Hash
    }

    It 'keeps no copy in Sent Items when told so, and warns where the service keeps one all the same' {
        $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $alice -Subject quiet -SaveToSentItems $false
        $sent.SavedToSentItems | Should -BeFalse
        Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Sent Items' | Should -BeNullOrEmpty
        $large = Join-Path $TestDrive 'four.bin'
        [IO.File]::WriteAllBytes($large, [byte[]]::new(4MB))
        $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $alice -Subject loud -SaveToSentItems $false -Attachment $large -WarningVariable warned -WarningAction SilentlyContinue
        $sent.SavedToSentItems | Should -BeTrue
        $warned | Should -HaveCount 1
    }

    It 'sends nothing with -WhatIf' {
        $app | Send-MailboxMessage -Mailbox $mailbox -To $alice -Subject never -WhatIf | Should -BeNullOrEmpty
        Get-Arrived never | Should -BeNullOrEmpty
    }

    It 'refuses what it can''t send, before anything is sent' {
        $refusals = @(
            @{ Id = 'NoRecipient'; With = @{ Subject = 'x' } }
            @{ Id = 'InvalidAddress'; With = @{ To = 'nobody' } }
            @{ Id = 'BothBodiesSpecified'; With = @{ To = $alice; Body = 'a'; HtmlBody = 'b' } }
            @{ Id = 'AttachmentNotReadable'; With = @{ To = $alice; Attachment = 'no-such-file' } }
            @{ Id = 'SendingRequiresGraph'; With = @{ To = $alice; Protocol = 'Imap' } }
        )
        foreach ($refusal in $refusals) {
            $with = $refusal.With
            { $app | Send-MailboxMessage -Mailbox $mailbox @with -ErrorAction Stop } | Should -Throw -ErrorId "$($refusal.Id)*"
        }
        Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Sent Items' | Should -BeNullOrEmpty
    }

    It 'takes an address object as one recipient, whatever its name is and wherever it comes from' {
        $names = 'Müller, Erika', 'x" <evil@x.test>, "y', 'Bcc: bob@contoso.onmicrosoft.com; <a@b.test>'
        foreach ($name in $names) {
            $address = [MailAdmin.EmailAddress]::new($name, $alice)
            $given = @(
                $address
                [psobject]$address
                [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($address))
                $address | ConvertTo-Json | ConvertFrom-Json
                @{ Name = $name; Address = $alice }
                "$address"
            )
            foreach ($one in $given) {
                $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $one -Cc $one -Bcc $one -ReplyTo $one -Subject object
                foreach ($list in 'To', 'Cc', 'Bcc', 'ReplyTo') {
                    $sent.$list | Should -HaveCount 1
                    $sent.$list[0].Address | Should -Be $alice
                    $sent.$list[0].Name | Should -Be $name
                }
            }
            $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $given -Subject several
            $sent.To | Should -HaveCount $given.Count
        }
        Get-MailSandboxMessage -Mailbox bob@contoso.onmicrosoft.com -Folder Inbox | Where-Object Subject -In object, several | Should -BeNullOrEmpty
    }

    It 'answers the sender of a message' {
        $null = Add-MailSandboxMessage $mailbox -Folder Asked -Content (@(
            "From: =?utf-8?Q?x=22_=3Cevil=40x.test=3E=2C_=22y?= <$alice>", 'Subject: question', '', 'text') -join "`r`n")
        $messages = @($app | Get-MailboxMessage Asked -Mailbox $mailbox)
        $messages += Receive-MailboxMessage Asked -Mailbox $mailbox -App $app -From $messages[0].From
        $messages | Should -HaveCount 2
        foreach ($message in $messages) {
            $sent = $app | Send-MailboxMessage -Mailbox $mailbox -To $message.From -Subject 'Re: question'
            $sent.To | Should -HaveCount 1
            $sent.To[0].Address | Should -Be $alice
        }
        Get-Arrived 'Re: question' | Should -HaveCount 2
    }

    It 'refuses control characters, before anything is sent' {
        $name = [MailAdmin.EmailAddress]::new("x`r`nBcc: evil@x.test", $alice)
        $refused = @(
            @{ To = "$alice`r`nBcc: evil@x.test" }, @{ To = "$alice`0" }, @{ To = $name }, @{ To = $alice; Cc = $name }, @{ To = $alice; Bcc = $name }
            @{ To = $alice; ReplyTo = $name }, @{ To = $alice; From = $name }, @{ To = $alice; Subject = "x`r`nBcc: evil@x.test" }
        )
        foreach ($with in $refused) {
            { $app | Send-MailboxMessage -Mailbox $mailbox @with -ErrorAction Stop } | Should -Throw -ErrorId 'ControlCharacter*'
        }
        $two = [MailAdmin.EmailAddress]::new($null, "$alice, evil@x.test")
        { $app | Send-MailboxMessage -Mailbox $mailbox -To $two -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidAddress*'
        { $app | Receive-MailboxMessage -Mailbox $mailbox -CopyTo $two -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidAddress*'
        Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Sent Items' | Should -BeNullOrEmpty
    }

    It 'reports a row that is wrong, and sends the others' {
        $rows = [pscustomobject]@{ To = 'nobody'; Subject = 'bad' }, [pscustomobject]@{ To = $alice; Subject = 'good' }
        $sent = @($rows | Send-MailboxMessage -App $app -Mailbox $mailbox -ErrorVariable failed -ErrorAction SilentlyContinue)
        $sent.Subject | Should -Be good
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidAddress*'
    }

    It 'tells what is missing when the app may not send' {
        $reader = New-MailAppRegistration -Name 'Reader' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        { $reader | Send-MailboxMessage -Mailbox $mailbox -To $alice -ErrorAction Stop } | Should -Throw -ErrorId 'AccessDenied*'
        { $app | Send-MailboxMessage -Mailbox $mailbox -To $alice -From bob@contoso.onmicrosoft.com -ErrorAction Stop } | Should -Throw -ErrorId 'AccessDenied*'
    }

    Context 'over SMTP, in threads, and from files' {
        BeforeEach {
            $other = New-MailAppRegistration -Name 'Smtp' -ApplicationPermission Exchange/SMTP.SendAsApp, Graph/Mail.Read -TenantWide -Confirm:$false
            $null = $other | Grant-MailboxAccess -Mailbox $mailbox -SendAs
            $null = Set-MailboxSetting -Mailbox $mailbox -SmtpAuth Enabled
            $smtp = $other | New-MailboxConnection -Mailbox $mailbox -Protocol Smtp
            $original = $other | Get-MailboxMessage -Mailbox $mailbox -First 1

            function Get-Header($Message, $Name) {
                ([Text.Encoding]::UTF8.GetString($Message.GetContent()) -split '\r\n\r\n')[0] -split '\r\n(?![ \t])' |
                    Where-Object { $_ -like "${Name}:*" } | ForEach-Object { ($_ -split ':', 2)[1].Trim() }
            }
        }

        It 'sends over SMTP what it sends over Graph' {
            $sent = $smtp | Send-MailboxMessage -To $alice -Bcc bob@contoso.onmicrosoft.com -Subject 'over SMTP' -Body 'text' -Attachment $file
            $sent.Status, $sent.SavedToSentItems | Should -Be Sent, $true
            $arrived = Get-Arrived 'over SMTP'
            Get-Header $arrived Message-ID | Should -Be $sent.InternetMessageId
            Get-Header $arrived Bcc | Should -BeNullOrEmpty
            @(Get-MailSandboxMessage -Mailbox bob@contoso.onmicrosoft.com -Folder Inbox).Subject | Should -Contain 'over SMTP'
        }

        It 'says what SMTP is for, and what a connection over it can''t do' {
            { $smtp | Get-MailFolder -ErrorAction Stop } | Should -Throw -ErrorId 'SmtpOnlySends*'
            { $other | Test-MailboxConnection -Mailbox $mailbox -Protocol Graph -TestMailFlow -ErrorAction Stop } |
                Should -Throw -ErrorId 'MailFlowRequiresSmtp*'
            $null = Set-MailboxSetting -Mailbox $mailbox -SmtpAuth Disabled
            { $smtp | Send-MailboxMessage -To $alice -Subject x -ErrorAction Stop } | Should -Throw '*SmtpClientAuthentication is disabled*'
            $test = $smtp | Test-MailboxConnection
            $test.Verdict | Should -Be Failed
            $test.Advice | Should -BeLike '*Set-MailboxSetting*'
        }

        It 'answers a message from the pipeline, and one of another protocol with -InReplyTo' {
            # What is piped is answered from where it was read, over Graph, for which the app may send.
            $piped = $app | Get-MailboxMessage -Mailbox $mailbox -First 1
            $over = $piped | Send-MailboxMessage -To $alice -Body 'Thank you.' -AutoGenerated
            $over.Subject | Should -Match '^Re: '
            $under = $smtp | Send-MailboxMessage -InReplyTo $original -To $alice -Subject 'Re: mine' -Body 'Thank you.'
            $under.Subject | Should -Be 'Re: mine'
            $arrived = @(Get-MailSandboxMessage -Mailbox $alice -Folder Inbox | Where-Object Subject -Like 'Re: *' | Select-Object -Last 2)
            $arrived | Should -HaveCount 2
            $arrived | ForEach-Object { Get-Header $_ In-Reply-To } | Should -Be $piped.InternetMessageId, $original.InternetMessageId
            Get-Header $arrived[0] Auto-Submitted | Should -Be auto-generated
            { $smtp | Send-MailboxMessage -ReplyAll -To $alice -Body x -ErrorAction Stop } | Should -Throw -ErrorId 'ReplyAllRequiresMessage*'
        }

        It 'never takes a message with a connection for one to send again' {
            { $original | Send-MailboxMessage -Connection $smtp -ErrorAction Stop } | Should -Throw -ErrorId 'InputNotAccepted*'
            @(Get-MailSandboxMessage -Mailbox $mailbox -Folder 'Sent Items') | Should -HaveCount 0
        }

        It 'forwards messages as attachments' {
            $null = $smtp | Send-MailboxMessage -To $alice -ForwardMessage $original -Body 'See below.'
            $arrived = @(Get-MailSandboxMessage -Mailbox $alice -Folder Inbox | Where-Object Subject -Like 'Fw: *')
            $arrived | Should -HaveCount 1
            $source = Get-MailSandboxMessage -Mailbox $mailbox | Where-Object Id -EQ $original.Id
            $forwarded = ($other | Get-MailboxMessage -Mailbox $alice -Id $arrived.Id -Attachment).Attachment
            $forwarded | Should -HaveCount 1
            [Text.Encoding]::Latin1.GetString($arrived.GetContent()).Contains([Text.Encoding]::Latin1.GetString($source.GetContent())) | Should -BeTrue
        }

        It 'sends a file that is a message, to whom the caller says' {
            $eml = Join-Path $TestDrive 'whole.eml'
            Set-Content $eml "From: ceo@x.example`nTo: bob@contoso.onmicrosoft.com`nSubject: whole`n`nText" -NoNewline
            $null = $smtp | Send-MailboxMessage -To $alice -MimePath $eml
            Get-Header (Get-Arrived whole) From | Should -BeLike "*$mailbox*"
            @(Get-MailSandboxMessage -Mailbox bob@contoso.onmicrosoft.com -Folder Inbox).Subject | Should -Not -Contain whole
            { $smtp | Send-MailboxMessage -To $alice -MimePath $eml -Subject other -ErrorAction Stop } | Should -Throw -ErrorId 'MimeIsWholeMessage*'
            { $smtp | Send-MailboxMessage -To $alice -MimePath $file -ErrorAction Stop } | Should -Throw -ErrorId 'NotAMessage*'
        }

        It 'sends what an earlier run did not, and says which it did' {
            $rows = 1..3 | ForEach-Object { [pscustomobject]@{ To = $alice; Subject = "row $_"; Body = 'x' } }
            $state = Join-Path $TestDrive 'state'
            ($rows[0, 1] | Send-MailboxMessage -App $other -Mailbox $mailbox -Protocol Smtp -StatePath $state).Status | Should -Be Sent, Sent
            ($rows | Send-MailboxMessage -App $other -Mailbox $mailbox -Protocol Smtp -StatePath $state).Status |
                Should -Be SentEarlier, SentEarlier, Sent
            1..3 | ForEach-Object { Get-Arrived "row $_" | Should -HaveCount 1 }
        }
    }
}
