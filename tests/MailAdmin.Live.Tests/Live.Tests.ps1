# The road in a tenant that is given, with an app of its own that roles restrict to one mailbox. Each step needs those before it.
param(
    [Parameter(Mandatory)] [hashtable] $Connection,
    [Parameter(Mandatory)] [string] $Mailbox,
    [Parameter(Mandatory)] [string] $TranscriptPath,
    [timespan] $Timeout = '02:30:00'
)
Describe 'The road in a tenant' {
    BeforeAll {
        $family = 'MailAdmin live test'
        $name = "$family $([guid]::NewGuid().ToString('N').Substring(0, 8))"
        # Whatever stays in it is in the trash already.
        $folder = "DeletedItems/$name"
        $destination = Join-Path $TestDrive 'in'

        # Asks until there is an answer: the service takes minutes until it knows what was just made.
        function Wait-Answer([scriptblock] $Ask) {
            $end = [datetime]::UtcNow + $Timeout
            while (-not ($answer = & $Ask) -and [datetime]::UtcNow -lt $end) {
                Start-Sleep -Seconds ([Math]::Min(15, $Timeout.TotalSeconds))
            }
            $answer
        }

        $context = Connect-MailAdmin @Connection -Name $name -TranscriptPath $TranscriptPath
        # What a run that was killed has left.
        Get-MailAppRegistration "$family *" | Remove-MailAppRegistration -Confirm:$false
    }

    AfterAll {
        try {
            if ($app -and -not $removed) {
                $app | Receive-MailboxMessage -Mailbox $Mailbox -Subject $name -AfterProcessing Purge -Confirm:$false | Out-Null
            }
        }
        catch {
            Write-Warning "Delete the message '$name' in the Inbox of $Mailbox manually: $_"
        }
        try {
            Get-MailAppRegistration "$family *" | Remove-MailAppRegistration -Confirm:$false
            Write-Host "Left in $($context.Tenant): the empty folder '$name' in Deleted Items of $Mailbox, and the removed app, which can be restored for 30 days."
        }
        catch {
            Write-Warning "Remove the app '$name' manually: $_"
        }
        Disconnect-MailAdmin -Name $name
    }

    It 'signs in' {
        $context.TenantId | Should -Not -BeNullOrEmpty
    }

    It 'registers an app for one mailbox' {
        $script:app = New-MailAppRegistration $name -ApplicationPermission Graph/Mail.ReadWrite, Graph/Mail.Send -Mailbox $Mailbox -SecretLifetime 1 -WarningAction Ignore
        $app.Change | Should -Be Created
    }

    It 'grants nothing for the whole tenant' {
        (Get-MailAppRegistration $name).GrantedPermission | Should -BeNullOrEmpty
        $access = Get-MailAppAccess $name -SkipMailboxRight -WarningAction Ignore
        $access.Reach | Should -Not -Be TenantWide
        $access.Access.Mailbox | Sort-Object -Unique | Should -Be $Mailbox
    }

    It 'reaches the mailbox' {
        $test = Wait-Answer { $app | Test-MailboxConnection -Mailbox $Mailbox | Where-Object Verdict -eq Passed }
        $test.Verdict | Should -Be Passed -Because "roles should count after $Timeout"
    }

    It 'makes a folder' {
        $made = $app | New-MailFolder $folder -Mailbox $Mailbox
        ($app | Get-MailFolder $folder -Mailbox $Mailbox).Id | Should -BeExactly $made.Id
    }

    It 'sends a message to itself' {
        $sent = $app | Send-MailboxMessage -Mailbox $Mailbox -To $Mailbox -Subject $name -Body 'A test of MailAdmin; it removes this message itself.' -SaveToSentItems $false
        $sent.Subject | Should -Be $name
    }

    It 'receives it and moves it away' {
        $receive = @{ Mailbox = $Mailbox; Subject = $name; Destination = $destination; AfterProcessing = 'Move'; MoveTo = $folder }
        $received = @(Wait-Answer { $app | Receive-MailboxMessage @receive })
        $received | Should -HaveCount 1
        $received[0].Path | Should -Exist
        ($app | Get-MailFolder $folder -Mailbox $Mailbox).TotalItemCount | Should -Be 1
        $app | Receive-MailboxMessage @receive | Should -BeNullOrEmpty
    }

    It 'reads it back' {
        $read = @($app | Get-MailboxMessage -Mailbox $Mailbox -Folder $folder)
        $read.Subject | Should -Be $name
    }

    It 'knows what lets the app in' {
        try {
            $test = $app | Test-MailAppAccess -Mailbox $Mailbox -ErrorAction Stop
        }
        catch [MailAdmin.ServiceRefusedException] {
            Set-ItResult -Skipped -Because "the sign-in may not read that in Exchange: $_"
        }
        $test.Verdict | Should -BeIn Passed, TooSoonToTell
    }

    It 'tells a mailbox that is none' {
        $nobody = "nobody-$([guid]::NewGuid().ToString('N'))@$(($Mailbox -split '@')[1])"
        $refused = { $app | Get-MailFolder Inbox -Mailbox $nobody -ErrorAction Stop } | Should -Throw -PassThru
        $refused.FullyQualifiedErrorId | Should -BeLike 'NotFound*'
    }

    It 'removes the message and the app' {
        $app | Receive-MailboxMessage $folder -Mailbox $Mailbox -AfterProcessing Purge -Confirm:$false | Should -HaveCount 1
        ($app | Remove-MailAppRegistration -Confirm:$false).Change | Should -Be Removed
        $script:removed = $true
        Get-MailAppRegistration "$family *" | Should -BeNullOrEmpty
    }
}
